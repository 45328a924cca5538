"""What officers type into the forms of transactions: parcels of a sheet, vertices, land users."""

import re
from collections.abc import Sequence

from shapely import LineString

from land_records.models import Parcel, Party
from land_records.terms import PartyKind, PartyRole
from land_records.transactions.filing import refusal, telling
from land_records.transactions.rights import MOST_HOLDERS, Holding
from layers.vn2000.coordinates import EASTING_M, NORTHING_M

MOST_POINTS = 500
_PAIR = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)[\s/]+([0-9]+(?:[.,][0-9]+)?)\s*")
_SHARE = re.compile(r"\s*([0-9]{1,6})\s*/\s*([0-9]{1,6})\s*")
_PERSONS = frozenset({PartyKind.CNV, PartyKind.CNN, PartyKind.NGV})
"""Kinds of one person; all others stand on a certificate as an organisation."""


def vertices_in(text: str) -> LineString:
    """A line of VN-2000 vertices in metres, one a line or parted by semicolons, northing and easting in either order.

    Raises:
        Invalid: naming the vertex that cannot be read.
    """
    points = [_vertex(part) for part in re.split(r"[;\n]+", text) if part.strip()]
    if not 2 <= len(points) <= MOST_POINTS:
        raise refusal("vertices", f"Cần từ 2 đến {MOST_POINTS} đỉnh.", f"From 2 to {MOST_POINTS} vertices are needed.")
    return LineString(points)


def _vertex(text: str, field: str = "vertices") -> tuple[float, float]:
    found = _PAIR.fullmatch(text)
    if found:
        one, other = (float(number.replace(",", ".")) for number in found.groups())
        for easting, northing in ((one, other), (other, one)):
            if EASTING_M[0] <= easting <= EASTING_M[1] and NORTHING_M[0] <= northing <= NORTHING_M[1]:
                return easting, northing
    raise refusal(
        field,
        f"Không hiểu đỉnh “{text.strip()}”; hãy ghi X Y theo mét VN-2000, ví dụ 1278036.00 571940.00.",
        f"Vertex “{text.strip()}” is not understood; write X Y in metres of VN-2000, e.g. 1278036.00 571940.00.",
    )


def corners_in(text: str) -> dict[int, tuple[float, float]]:
    """Corners as surveyed again, one a line, `3 1278036.00 571940.00`: number of the corner → easting and northing.

    Raises:
        Invalid: naming the line that cannot be read.
    """
    lines = [line for line in re.split(r"[;\n]+", text) if line.strip()]
    if not 1 <= len(lines) <= MOST_POINTS:
        raise refusal("corners", f"Cần từ 1 đến {MOST_POINTS} đỉnh.", f"From 1 to {MOST_POINTS} corners are needed.")
    found = {}
    for line in lines:
        number, _, place = line.strip().replace("\t", " ").partition(" ")
        if not re.fullmatch(r"[0-9]{1,5}", number):
            raise refusal(
                "corners",
                f"“{line.strip()}”: dòng bắt đầu bằng số đỉnh, ví dụ 3 1278036.00 571940.00.",
                f"“{line.strip()}”: a line begins with the corner's number, e.g. 3 1278036.00 571940.00.",
            )
        found[int(number)] = _vertex(place, "corners")
    return found


def parcels_of_sheet(text: str, parcel: Parcel) -> list[int]:
    """Parcels of the same sheet by their numbers, `126, 127`: numbers through all versions.

    Raises:
        Invalid: naming a number that is not on the sheet.
    """
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if wrong := [part for part in parts if not re.fullmatch(r"[0-9]{1,9}", part)]:
        raise refusal("numbers", f"“{wrong[0]}” không phải số thửa.", f"“{wrong[0]}” is no parcel number.")
    numbers = [int(part) for part in parts]
    rows = Parcel.objects.current().filter(commune_id=parcel.commune_id, sheet=parcel.sheet, parcel_number__in=numbers)
    found = dict(rows.values_list("parcel_number", "su_id"))
    if missing := [number for number in numbers if number not in found]:
        raise refusal(
            "numbers",
            f"Tờ {parcel.sheet} không có thửa {missing[0]}.",
            f"Sheet {parcel.sheet} has no parcel {missing[0]}.",
        )
    return [found[number] for number in dict.fromkeys(numbers)]


def holders_in(text: str, kind: PartyKind) -> list[Holding]:
    """Land users, one a line: name; identification number; share. The share may be left out: the whole.

    Who is in the register under that number already is meant; others enter it with this kind.

    Raises:
        Invalid: naming the line that cannot be read, never the person.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_HOLDERS:
        raise refusal("holders", f"Cần từ 1 đến {MOST_HOLDERS} dòng.", f"From 1 to {MOST_HOLDERS} lines are needed.")
    return [_holding([part.strip() for part in line.split(";")], number, kind) for number, line in enumerate(lines, 1)]


def _holding(parts: Sequence[str], number: int, kind: PartyKind) -> Holding:
    share = _SHARE.fullmatch(parts[2]) if len(parts) == 3 else None
    if not 2 <= len(parts) <= 3 or not parts[0] or not re.fullmatch(r"[0-9A-Z-]{6,20}", parts[1]):
        raise refusal(
            "holders",
            f"Dòng {number}: cần “họ tên; số định danh; phần quyền”.",
            f"Line {number}: “name; identification number; share” is needed.",
        )
    if len(parts) == 3 and (share is None or not 0 < int(share[1]) <= int(share[2])):
        raise refusal(
            "holders",
            f"Dòng {number}: phần quyền ghi như 1/2.",
            f"Line {number}: a share is written as 1/2.",
        )
    known = list(Party.objects.filter(id_number=parts[1]).order_by("pk")[:2])
    if known and known[0].name.casefold() != parts[0].casefold():
        raise telling(
            "holders",
            f"Dòng {number}: số định danh này trong sổ mang tên khác.",
            f"Line {number}: the register has this number under another name.",
        )
    party = known[0] if known else Party.objects.create(kind=kind.value, name=parts[0], id_number=parts[1])
    role = PartyRole.INDIVIDUAL if party.kind in _PERSONS else PartyRole.ORGANISATION
    numerator, denominator = (int(share[1]), int(share[2])) if share else (1, 1)
    return Holding(party_id=party.pk, role=role, numerator=numerator, denominator=denominator)
