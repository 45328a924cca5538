"""Search in Vietnamese: the key that makes "tan chau" find "Xã Tân Châu", and how hits are ranked."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Expression, F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Greatest

from layers.core.access import Grant
from layers.core.filter import SearchKey

UNIT_WORDS = (
    *("thanh pho", "thi tran", "dac khu", "thi xa", "phuong", "huyen", "tinh", "quan", "xa"),
    *("tp", "tx", "tt", "p", "q", "h", "x"),
)
"""Words before a unit's name that a search ignores, as search keys (text-search reference §2)."""

LEAST_INSIDE = 3
"""Characters of a key that may stand inside a word; a shorter one finds only words that begin with it."""


def search_key(text: str) -> str:
    """Lower case, no marks, đ as d, apostrophes removed, one blank between words.

    The database function of the same name (migration 0001) gives the same key.
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(c for c in folded if unicodedata.category(c) != "Mn")
    plain = re.sub("[’`´‘']", "", plain.replace("đ", "d").replace("ð", "d"))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def bare_key(text: str) -> str:
    """The search key without the words that stand before a unit's name; never empty for a non-empty key."""
    key = search_key(text)
    for words in UNIT_WORDS:
        if key.startswith(words + " "):
            return key[len(words) + 1 :]
    return key


Parse = Callable[[str], Q | None]
"""`parse(text)`: a condition on the layer's rows for text of a special form ("thửa 123 tờ 45"), or None."""


@dataclass(frozen=True, slots=True, init=False)
class Search:
    """What the search box finds: attributes, accent-insensitive; what may be searched only with a purpose."""

    attributes: tuple[str, ...]
    parse: Parse | None = None
    restricted: Mapping[str, Grant] = field(default_factory=dict)

    def __init__(
        self, *attributes: str, parse: Parse | None = None, restricted: Mapping[str, Grant] | None = None
    ) -> None:
        """Keep the names; at least one."""
        if not attributes:
            raise ValueError('Search() finds nothing: name an attribute, e.g. Search("name")')
        object.__setattr__(self, "attributes", attributes)
        object.__setattr__(self, "parse", parse)
        object.__setattr__(self, "restricted", restricted or {})


_RANK = """(select case
  when r.lowered = %s::text then 1.0
  when right(r.lowered, %s) = %s::text then 0.97
  when starts_with(r.lowered, %s::text) then 0.95
  when r.key in (%s::text, %s::text) then 0.9
  when right(r.key, %s) = %s::text then 0.87
  when starts_with(r.key, %s::text) then 0.85
  when position(%s::text in r.key) > 0 then 0.8
  when position(%s::text in r.key) > 0 then 0.7
  else word_similarity(%s::text, r.key) * 0.65 end::float8
  from (select lower({text}) as lowered, search_key({text}) as key offset 0) r)"""


class _Rank(Expression):
    """How well a text matches, in [0, 1]; its key, which is costly, is made once a row (`offset 0` sees to that)."""

    def __init__(self, name: str, words: str, key: str, bare: str) -> None:
        """Rank the alias `name` by the words as typed, their key, and the bare key."""
        super().__init__(output_field=FloatField())
        self.text: Any = F(name)
        self.asked = (words, key, bare)

    def get_source_expressions(self) -> list[Any]:
        """The text ranked."""
        return [self.text]

    def set_source_expressions(self, exprs: Any) -> None:
        """Django puts the resolved text in place."""
        (self.text,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The scalar subquery over one row's text."""
        text, params = compiler.compile(self.text)
        words, key, bare = self.asked
        lowered = [words, len(words) + 1, f" {words}", words]
        keyed = [key, bare, len(bare) + 1, f" {bare}", key, f" {bare} ", bare, bare]
        return _RANK.replace("{text}", text), [*lowered, *keyed, *params, *params]


class _Similar(Func):
    """`%>`: word similarity above pg_trgm's threshold (0.6), by the trigram index."""

    template = "(%(expressions)s)"
    arg_joiner = " %%> "
    conditional = True


def _matches(name: str, bare: str, alike: bool) -> Q:
    """Rows the trigram index can give: two letters hold no trigram inside a word, only at its start."""
    if len(bare) < LEAST_INSIDE:
        return Q(**{f"key_{name}__startswith": bare}) | Q(**{f"key_{name}__contains": f" {bare}"})
    held = Q(**{f"key_{name}__contains": bare})
    return held | Q(_Similar(SearchKey(name), Value(bare), output_field=TextField())) if alike else held


def ranked(rows: QuerySet[Any], names: Iterable[str], text: str, alike: bool) -> QuerySet[Any]:
    """Rows whose aliases `names` hold `text`, or with `alike` are like it, best first; the score in [0, 1] as `_rank`.

    Exact words with marks rank above a prefix, that above an equal key, a key's prefix, a word inside, and likeness.
    """
    words, key, bare = text.strip().lower(), search_key(text), bare_key(text)
    scores, matches = [], Q(pk__in=[])
    for name in names:
        rows = rows.alias(**{f"key_{name}": SearchKey(name)})
        matches |= _matches(name, bare, alike)
        scores.append(_Rank(name, words, key, bare))
    score = Greatest(*scores) if len(scores) > 1 else scores[0]
    found: QuerySet[Any] = rows.filter(matches).alias(_rank=score).order_by("-_rank")
    return found
