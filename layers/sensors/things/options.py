"""Query options: the address' query, or those in the parentheses of an `$expand`, read and bounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.http import QueryDict

from layers.core.errors import BadRequest
from layers.core.text import LANGUAGES, Text
from layers.sensors.things.error import BadQuery
from layers.sensors.things.syntax import Node, Parser

DEFAULT_PAGE: Final = 100
MAX_PAGE: Final = 1_000
MAX_SKIP: Final = 100_000
"""Rows that may be left out by counting; beyond, follow `@iot.nextLink`."""
MAX_EXPANDED: Final = 12
MAX_DEPTH: Final = 5
MAX_ORDER: Final = 5
MAX_CHARACTERS: Final = 8_000

TOKEN: Final = "$skiptoken"  # noqa: S105
FORMAT: Final = ("$resultFormat", "resultFormat")
INSIDE: Final = frozenset({"$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count"})
NAMES: Final = INSIDE | {TOKEN, *FORMAT, "lang"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is wanted of a list or of one entity.

    Attributes:
        texts: the options as they were written, for the link to the next page.
        token: where the page before ended (`page`).
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    filter: Node | None = None
    order: tuple[tuple[Node, bool], ...] = ()
    select: tuple[str, ...] | None = None
    expand: tuple["Expand", ...] = ()
    top: int = DEFAULT_PAGE
    skip: int = 0
    count: bool = False
    token: str | None = None
    data_array: bool = False


@dataclass(frozen=True, slots=True)
class Expand:
    """One navigation whose entities are to stand in the answer."""

    name: str
    options: Options


def read_query(query: QueryDict) -> Options:
    """The options of an address.

    Raises:
        BadRequest: a parameter that there is not, one given twice, or one that is not understood.
    """
    for name in query:
        if name not in NAMES:
            raise BadRequest(
                Text(vi=f"Không có tham số “{name[:60]}”.", en=f"There is no parameter “{name[:60]}”."),
                field=name[:60],
                slug="unknown_parameter",
            )
        if len(query.getlist(name)) > 1:
            raise BadQuery(name, "chỉ được ghi một lần", "may stand only once")
    texts = {name: str(query[name]) for name in query}
    if (language := texts.get("lang")) is not None and language not in LANGUAGES:
        raise BadQuery("lang", "cần vi hoặc en", "vi or en is needed")
    options = _read(texts, 0, [MAX_EXPANDED])
    wanted = {texts[name] for name in FORMAT if name in texts}
    if wanted - {"dataArray"}:
        raise BadQuery("$resultFormat", "chỉ có dataArray", "there is dataArray only")
    return replace(options, token=texts.get(TOKEN), data_array=bool(wanted))


def _read(texts: Mapping[str, str], depth: int, left: list[int]) -> Options:
    """`left` counts down the entities that may still be expanded."""
    kept = {name: text for name, text in texts.items() if name in INSIDE or name in FORMAT or name == "lang"}
    return Options(
        texts=kept,
        filter=Parser(texts["$filter"], "$filter").condition() if "$filter" in texts else None,
        order=_order(texts["$orderby"]) if "$orderby" in texts else (),
        select=_select(texts["$select"]) if "$select" in texts else None,
        expand=_expand(texts["$expand"], depth, left) if "$expand" in texts else (),
        top=min(_whole(texts, "$top", DEFAULT_PAGE, 2**31), MAX_PAGE),
        skip=_whole(texts, "$skip", 0, MAX_SKIP),
        count=_truth(texts),
    )


def _order(text: str) -> tuple[tuple[Node, bool], ...]:
    found = tuple(Parser(text, "$orderby").order())
    if len(found) > MAX_ORDER:
        raise BadQuery("$orderby", f"nhiều nhất {MAX_ORDER} mục", f"at most {MAX_ORDER} parts")
    return found


def _select(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not all(names):
        raise BadQuery("$select", "có tên để trống", "a name is empty")
    return names


def _whole(texts: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = texts.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise BadQuery(name, f"cần số nguyên không âm, không phải “{text[:20]}”", f"a whole number, not “{text[:20]}”")
    if int(text) > most:
        raise BadQuery(
            name,
            f"nhiều nhất {most}; đi tiếp bằng @iot.nextLink hoặc lọc hẹp hơn",
            f"at most {most}; follow @iot.nextLink or filter more narrowly",
        )
    return int(text)


def _truth(texts: Mapping[str, str]) -> bool:
    text = texts.get("$count", "false").lower()
    if text not in {"true", "false"}:
        raise BadQuery("$count", "cần true hoặc false", "true or false is needed")
    return text == "true"


# ----------------------------------------------------------------------------------------------------------- $expand


def _expand(text: str, depth: int, left: list[int]) -> tuple[Expand, ...]:
    if len(text) > MAX_CHARACTERS:
        raise BadQuery("$expand", f"dài hơn {MAX_CHARACTERS} ký tự", f"more than {MAX_CHARACTERS} characters")
    if depth == MAX_DEPTH:
        raise BadQuery("$expand", f"lồng sâu hơn {MAX_DEPTH} lớp", f"nested deeper than {MAX_DEPTH}")
    found: dict[str, Expand] = {}
    for part in _split(text, ","):
        one = _one(part.strip(), depth, left)
        before = found.get(one.name)
        found[one.name] = _merged(before, one) if before else one
    return tuple(found.values())


def _one(text: str, depth: int, left: list[int]) -> Expand:
    """`Datastreams`, `Datastreams/Sensor` or `Datastreams($top=1)`."""
    head, bracket, inside = text.partition("(")
    name, slash, rest = head.partition("/")
    name = name.strip()
    if not name.isidentifier():
        raise BadQuery("$expand", f"“{text[:40]}” không phải tên liên kết", f"“{text[:40]}” names no navigation")
    left[0] -= 1
    if left[0] < 0:
        raise BadQuery("$expand", f"hơn {MAX_EXPANDED} liên kết", f"more than {MAX_EXPANDED} navigations")
    if slash:
        return Expand(name, _read({"$expand": rest + bracket + inside}, depth + 1, left))
    if not bracket:
        return Expand(name, Options())
    if not inside.endswith(")"):
        raise BadQuery("$expand", f"“{text[:40]}…”: thiếu “)”", f"“{text[:40]}…”: “)” is missing")
    return Expand(name, _read(_inside(inside[:-1]), depth + 1, left))


def _inside(text: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for part in _split(text, ";"):
        name, sign, value = part.partition("=")
        name = name.strip()
        if not sign or name not in INSIDE:
            raise BadQuery("$expand", f"không hiểu “{part[:40]}”", f"“{part[:40]}” is not understood")
        if name in texts:
            raise BadQuery("$expand", f"{name} chỉ được ghi một lần", f"{name} may stand only once")
        texts[name] = value.strip()
    return texts


def _merged(one: Expand, other: Expand) -> Expand:
    """`Datastreams/Sensor,Datastreams/Thing` is one navigation with two inside."""
    if any(set(each.options.texts) - {"$expand"} for each in (one, other)):
        raise BadQuery("$expand", f"{one.name} đứng hai lần", f"{one.name} stands twice")
    inside = {each.name: each for each in one.options.expand}
    for each in other.options.expand:
        inside[each.name] = _merged(inside[each.name], each) if each.name in inside else each
    texts = [each.options.texts["$expand"] for each in (one, other) if "$expand" in each.options.texts]
    return Expand(
        one.name,
        replace(one.options, expand=tuple(inside.values()), texts={"$expand": ",".join(texts)} if texts else {}),
    )


def _split(text: str, sign: str) -> Iterator[str]:
    """Parts of the text at a sign that stands neither in quotes nor in parentheses."""
    start, depth, quoted = 0, 0, False
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
        elif not quoted and not depth and letter == sign:
            yield text[start:at]
            start = at + 1
    yield text[start:]
