"""Coordinates as people type them: WGS 84 in degrees, VN-2000 in metres with the axes in either order.

Vietnamese documents write X for the northing and Y for the easting; files write them in any order. Within Vietnam the
two never overlap in size, so which is which is read from the numbers. The zone (its central meridian, kinh tuyến trục)
is taken from the text where it names one; else every zone that puts the point into the province is offered, by name.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection

from fixtures.vn2000 import MERIDIANS
from layers.core.geo import Bbox
from layers.core.text import Text
from layers.vn2000.plane import VIETNAM, zone_at

NORTHING_M = (800_000.0, 2_700_000.0)
EASTING_M = (200_000.0, 800_000.0)
"""What VN-2000 coordinates of Vietnam are at most, metres: 3-degree zones with a false easting of 500,000."""
MAX_PLACES = 6

_HALF = re.compile(
    r"\s*(?P<before>[NSBEĐWT])?\s*(?P<degrees>-?\d{1,3}(?:[.,]\d+)?)\s*(?:[°ºo]|độ)?"
    r"(?:\s*(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['′’])?(?:\s*(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′))?"
    r"\s*(?P<after>[NSBEĐWT])?\s*",
    re.IGNORECASE,
)
_NORTH_SOUTH, _SOUTH, _WEST = "NBS", "S", "WT"
"""B is bắc and N north: nothing in Vietnam lies south (nam). Đ is đông, T tây."""
_WORD = r"(?:kinh tuyến(?: trục)?|ktt|meridian|múi)"
_MERIDIAN = re.compile(_WORD + r"?\s*(10\d)\s*[°ºo](?:\s*(\d{2})(?!\d)\s*['′’]?)?", re.IGNORECASE)
_DECIMAL_MERIDIAN = re.compile(_WORD + r"\s*(10\d(?:[.,]\d+)?)", re.IGNORECASE)
_CODE = re.compile(r"epsg\s*:?\s*(\d{4})", re.IGNORECASE)
_BARE_ZONE = re.compile(r"(?:(?<=\s)|^)(10\d[.,]\d{1,2}|\d{4})(?=\s|$)")
"""A central meridian or an EPSG code beside the two numbers, without a word."""
_WIDTH = re.compile(r"múi(?: chiếu)?\s*[36]\s*(?:[°ºo]|độ)", re.IGNORECASE)
"""Of a zone; all that are named here are three degrees wide."""
_LABEL = re.compile(r"(?<![^\W\d])(?:[xyne]\s*[=:]?|m)(?![^\W\d])", re.IGNORECASE)
"""A letter by itself, though a digit may stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point a text may mean.

    Attributes:
        lonlat: degrees, EPSG:4326.
        title: the coordinates as they were understood.
        system: what they are in.
    """

    lonlat: tuple[float, float]
    title: Text
    system: Text


def places(text: str, zones: Sequence[int], home: Bbox | None) -> list[Place]:
    """What a text of nothing but coordinates may mean, the likeliest first; empty for any other text.

    Args:
        text: as typed.
        zones: EPSG codes of the VN-2000 zones in use here.
        home: the box in which points are expected.
    """
    text = unicodedata.normalize("NFC", text)
    found = _degrees(text)
    if found:
        lon, lat = found
        vi = f"{abs(lat):.6f}° {'N' if lat < 0 else 'B'} · {abs(lon):.6f}° {'T' if lon < 0 else 'Đ'}".replace(".", ",")
        en = f"{abs(lat):.6f}° {'S' if lat < 0 else 'N'} · {abs(lon):.6f}° {'W' if lon < 0 else 'E'}"
        return [Place(lonlat=found, title=Text(vi=vi, en=en), system=Text.same("WGS 84"))]
    rest, named = _named_zone(_WIDTH.sub(" ", text))
    pair = _metres(rest)
    if pair is None or (named is not None and named not in MERIDIANS):
        return []
    placed = _placed(pair, [named] if named else list(dict.fromkeys([*zones, *MERIDIANS])))
    if named is None:
        here = [(zone, at) for zone, at in placed if zone in zones and (home is None or home.contains(*at))]
        at_home = here or [(zone, at) for zone, at in placed if home is not None and home.contains(*at)]
        placed = at_home or [(zone, at) for zone, at in placed if VIETNAM.contains(*at)]
        # First the zone that the land documents of the place itself are in.
        placed.sort(key=lambda one: zone_at(*one[1]) != one[0])
    easting, northing = pair
    written = f"X {northing:.2f} · Y {easting:.2f}"
    title = Text(vi=written.replace(".", ","), en=written)
    return [Place(lonlat=at, title=title, system=zone_title(zone)) for zone, at in placed[:MAX_PLACES]]


def zone_title(srid: int) -> Text:
    """A VN-2000 zone by its central meridian."""
    degrees, minutes = divmod(round(MERIDIANS[srid] * 60), 60)
    name = f"{degrees}°{minutes:02d}′ (EPSG:{srid})"
    return Text(vi=f"VN-2000, kinh tuyến trục {name}", en=f"VN-2000, central meridian {name}")


def _degrees(text: str) -> tuple[float, float] | None:
    """Lon and lat of two angles, decimal or in degrees, minutes and seconds."""
    for first, second in _halves(text):
        one, other = _HALF.fullmatch(first), _HALF.fullmatch(second)
        if one is None or other is None or not (_is_angle(one) and _is_angle(other)):
            continue
        a, b = _angle(one), _angle(other)
        letters = [(m["before"] or m["after"] or "").upper() for m in (one, other)]
        # lat comes first unless the letters or the sizes say otherwise
        turned = letters[1] in _NORTH_SOUTH if all(letters) else abs(a) > 90
        lon, lat = (a, b) if turned else (b, a)
        if abs(lon) <= 180 and abs(lat) <= 85:
            return lon, lat
    return None


def _halves(text: str) -> Iterable[tuple[str, str]]:
    """Every way to part a text in two: at a semicolon, else at a comma with a blank, a blank, or a comma."""
    for mark in (r";", r",\s+|\s+,", r"\s+", r","):
        for found in re.finditer(mark, text.strip()):
            yield text.strip()[: found.start()], text.strip()[found.end() :]


def _is_angle(found: "re.Match[str]") -> bool:
    """Whether it has one letter at most, and is more than a bare whole number, which may be a parcel's."""
    if found["before"] and found["after"]:
        return False
    if any(float((found[part] or "0").replace(",", ".")) >= 60 for part in ("minutes", "seconds")):
        return False
    return bool(found["minutes"] or found["before"] or found["after"] or re.search(r"[.,°º]|độ", found[0]))


def _angle(found: "re.Match[str]") -> float:
    degrees, minutes, seconds = (
        float((found[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds")
    )
    letter = (found["before"] or found["after"] or "").upper()
    sign = -1 if degrees < 0 or letter == _SOUTH or (letter and letter in _WEST) else 1
    return sign * (abs(degrees) + minutes / 60 + seconds / 3600)


def _named_zone(text: str) -> tuple[str, int | None]:
    """The text without the zone it names, and that zone's code; 0 for a meridian that is no zone's."""
    code = _CODE.search(text)
    if code:
        return text.replace(code[0], " "), int(code[1])
    found = _MERIDIAN.search(text)
    meridian = float(found[1]) + float(found[2] or 0) / 60 if found else None
    if found is None:
        found = _DECIMAL_MERIDIAN.search(text)
        meridian = float(found[1].replace(",", ".")) if found else None
    if found is None or meridian is None:
        return _bare_zone(text) or (text, None)
    return text.replace(found[0], " "), _zone_of(meridian) or 0


def _bare_zone(text: str) -> tuple[str, int] | None:
    """The text without the zone that stands beside its numbers, and that zone's code."""
    for found in _BARE_ZONE.finditer(text):
        number = float(found[1].replace(",", "."))
        zone = int(number) if int(number) in MERIDIANS else _zone_of(number)
        if zone is not None:
            return text[: found.start()] + " " + text[found.end() :], zone
    return None


def _zone_of(meridian: float) -> int | None:
    return next((srid for srid, one in MERIDIANS.items() if abs(one - meridian) < 1e-6), None)


def _metres(text: str) -> tuple[float, float] | None:
    """Easting and northing of two numbers of metres, with or without blanks, points or commas between thousands."""
    cleaned = _LABEL.sub(" ", text)
    if re.search(r"[^\d\s.,;()]", cleaned):
        return None
    parts = (part.strip(",;") for part in re.sub(r"[()]", " ", cleaned).replace(";", " ").split())
    found = set()
    for first, second in _splits([part for part in parts if part]):
        for one in _numbers(first):
            for other in _numbers(second):
                found |= {(e, n) for e, n in ((one, other), (other, one)) if _is_grid(e, n)}
    return found.pop() if len(found) == 1 else None


def _splits(tokens: Sequence[str]) -> Iterable[tuple[Sequence[str], Sequence[str]]]:
    """Every way to part tokens in two; a single one, as `571900.1,1278036.2`, at any of its commas."""
    if len(tokens) == 1:
        for mark in re.finditer(",", tokens[0]):
            yield [tokens[0][: mark.start()]], [tokens[0][mark.end() :]]
    for cut in range(1, len(tokens)):
        yield tokens[:cut], tokens[cut:]


def _numbers(tokens: Sequence[str]) -> set[float]:
    """What tokens that stand for one number may be: a lone point or comma before three digits parts either."""
    if any(not re.fullmatch(r"\d{3}(?:[.,]\d+)?", after) for _, after in pairwise(tokens)):
        return set()
    written = "".join(tokens)
    marks = re.findall(r"[.,]", written)
    ways = {re.sub(r"[.,]", "", written)}
    if marks and marks.count(marks[-1]) == 1:
        whole, _, fraction = written.rpartition(marks[-1])
        ways.add(re.sub(r"[.,]", "", whole) + "." + fraction)
    return {float(way) for way in ways if re.fullmatch(r"\d+(?:\.\d*)?", way)}


def _is_grid(easting: float, northing: float) -> bool:
    return EASTING_M[0] <= easting <= EASTING_M[1] and NORTHING_M[0] <= northing <= NORTHING_M[1]


def _placed(pair: tuple[float, float], zones: Sequence[int]) -> list[tuple[int, tuple[float, float]]]:
    """Where the pair lies in each zone, by PostGIS: EPSG operation "VN-2000 to WGS 84 (2)"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select zone, st_x(p), st_y(p) from unnest(%s::int[]) with ordinality one (zone, place), lateral"
            " (select st_transform(st_setsrid(st_makepoint(%s, %s), zone), 4326) as p) placed order by place",
            [list(zones), *pair],
        )
        return [(zone, (lon, lat)) for zone, lon, lat in cursor.fetchall()]
