"""What a column holds, found while its values go by: type, few values or many, whether each is met once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from layers.exchange.parse import number
from layers.exchange.parse.words import folded

MAX_COLUMNS = 500
"""Headings followed in a file; further ones are reported and left out."""
MAX_OPTIONS = 12
MAX_OPTION_TEXT = 60
SPARSE = 20
"""A column filled in fewer than one row of so many is no choice to filter by."""
MAX_FOLLOWED = 3_000_000
"""Rows up to which uniqueness is followed (8 bytes and a set's slot each)."""
KEY_WORDS = frozenset(
    {
        "id", "fid", "gid", "uid", "uuid", "objectid", "osm id", "code", "ma", "ma so", "key", "ref", "stt",
        "identifier", "globalid", "so hieu", "so thua", "maxa", "ma xa",
    }
)  # fmt: skip
"""Headings that mean an identifier, folded."""
NAME_WORDS = frozenset({"name", "ten", "title", "ho ten", "ten goi", "ten truong", "ten don vi", "dia chi", "address"})
"""Headings that mean a name, folded; those that start with `ten` too."""

_TESTS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text.lower() in number.TRUE or text.lower() in number.FALSE,
    "integer": number.is_whole,
    "number": number.is_plain,
    "comma": number.is_comma,
    "date": number.iso_date,
    "local_date": number.local_date,
    "datetime": number.iso_time,
}
_ORDER = ("boolean", "integer", "number", "comma", "date", "local_date", "datetime")
_STRICT = ("date", "datetime")
_NATIVE = {bool: "boolean", int: "integer", float: "number"}


def rank(heading: str) -> int | None:
    """How well a heading serves as the identity of a row: 0 an identifier, 1 a name, None neither."""
    words = folded(heading)
    if words in KEY_WORDS or words.startswith("ma ") or words.endswith((" id", " code")):
        return 0
    return 1 if words in NAME_WORDS or words.startswith("ten ") else None


@dataclass(slots=True)
class Column:
    """One column's profile.

    Attributes:
        from_text: values are text in the file, so that numbers must be recognised.
        alive: forms every text value had so far.
    """

    heading: str
    from_text: bool
    alive: list[str] = field(default_factory=list)
    native: set[str] = field(default_factory=set)
    filled: int = 0
    texts: int = 0
    options: set[str] | None = field(default_factory=set)
    seen: set[int] | None = None
    unique: bool = True

    def __post_init__(self) -> None:
        """Follow uniqueness only where the heading could mean an identity."""
        self.alive = list(_ORDER if self.from_text else _STRICT)
        self.seen = set() if rank(self.heading) is not None else None

    def take(self, value: Any) -> None:
        """Look at one value; None was left out by the caller."""
        self.filled += 1
        kind = _NATIVE.get(type(value))
        if kind is not None:
            self.native.add(kind)
        else:
            self.texts += 1
            if self.alive:
                self.alive = [form for form in self.alive if _TESTS[form](value)]
        self._follow(value)

    def _follow(self, value: Any) -> None:
        if self.options is not None and isinstance(value, str):
            self.options.add(value)
            if len(self.options) > MAX_OPTIONS or len(value) > MAX_OPTION_TEXT:
                self.options = None
        if self.seen is not None and self.unique:
            mark = hash(str(value))
            self.unique = mark not in self.seen and len(self.seen) < MAX_FOLLOWED
            self.seen.add(mark)

    def form(self) -> str:
        """`text`, `boolean`, `integer`, `number`, `comma` (a number), `date`, `local_date` (a date) or `datetime`."""
        if not self.filled or (self.native and self.texts):
            return "text"
        if self.native:
            return next(iter(self.native)) if len(self.native) == 1 else _widest(self.native)
        return next((form for form in _ORDER if form in self.alive), "text")

    def json(self, rows: int) -> dict[str, Any]:
        """As the summary carries it; `rows` is the number of rows of all files."""
        form = self.form()
        number = len(self.options or ())
        few = form == "text" and 2 <= number <= self.filled // 2 and self.filled * SPARSE >= rows
        return {
            "heading": self.heading,
            "form": form,
            "filled": self.filled,
            "options": sorted(self.options or ()) if few else [],
            "key_rank": rank(self.heading) if self.unique and self.filled == rows and self._can_be_key(form) else None,
        }

    @staticmethod
    def _can_be_key(form: str) -> bool:
        return form in {"text", "integer"}


def _widest(kinds: set[str]) -> str:
    return "number" if kinds == {"integer", "number"} else "text"
