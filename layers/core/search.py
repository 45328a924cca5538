"""Search in Vietnamese: the key that makes "tan chau" find "Xã Tân Châu", and how hits are ranked."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import shapely
from django.db.models import (
    BigIntegerField,
    Case,
    Expression,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest

from layers.core.access import Grant
from layers.core.feature import Feature
from layers.core.filter import SearchKey
from layers.core.geo import BoxDistance

if TYPE_CHECKING:
    from layers.core.query import Features

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


BEGINS = 0.85
"""Least score of a hit that begins or ends with what was asked: where there is one, nothing alike is looked for."""

APART = 0.68
"""Score of a hit that holds all words, though not together: under any that holds them so, above likeness."""
CANDIDATES = 1_000
"""Rows of a layer that are ranked: so many of those that begin with the words, so many of those that hold them."""

READ = 3
"""Hits read for each that is wanted: the caller may know better, by their titles, which are best."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature found by text, with its score in [0, 1]."""

    feature: Feature
    score: float


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


def _apart(names: Sequence[str], bare: str) -> Q | None:
    """Rows that hold every one of several words, each in some attribute: a school's name and its ward's."""
    words = [word for word in bare.split() if len(word) > 1]
    held = [reduce(or_, (Q(**{f"key_{name}__contains": word}) for name in names)) for word in words]
    return reduce(and_, held) if len(words) > 1 else None


def ranked(rows: QuerySet[Any], names: Sequence[str], text: str, alike: bool) -> QuerySet[Any]:
    """Rows whose aliases `names` hold `text`, or with `alike` are like it, best first; the score in [0, 1] as `_rank`.

    Exact words with marks rank above a prefix, that above an equal key, a key's prefix, a word inside, and likeness.
    """
    words, key, bare = text.strip().lower(), search_key(text), bare_key(text)
    scores: list[Any] = []
    begins, matches = Q(pk__in=[]), Q(pk__in=[])
    for name in names:
        rows = rows.alias(**{f"key_{name}": SearchKey(name)})
        begins |= Q(**{f"key_{name}__startswith": bare})
        matches |= _matches(name, bare, alike)
        scores.append(_Rank(name, words, key, bare))
    apart = _apart(names, bare) if alike else None
    if apart is not None:
        matches |= apart
        scores.append(Case(When(apart, then=Value(APART)), default=Value(0.0)))
    score = Greatest(*scores) if len(scores) > 1 else scores[0]
    begun, held = (rows.filter(one).order_by().values("pk")[:CANDIDATES] for one in (begins, matches))
    found: QuerySet[Any] = rows.filter(pk__in=begun.union(held)).annotate(_rank=score)
    return found


def find(
    asked: "Sequence[Features]",
    text: str,
    limit: int,
    near: tuple[float, float] | None = None,
    restricted: str | None = None,
) -> "list[tuple[Features, Hit]]":
    """What matches the words in all of these, best first: one statement for as many layers as are asked.

    What is only like the words is costly to look for and ranks lower: it is asked where too little holds them, and
    nothing begins or ends with them. Of equal hits those of the layer asked first, then the nearest come first.
    `limit` holds for each layer; of all together, no more than `READ` times as many are read.
    """
    found = _best(asked, text, limit, near, restricted, alike=False)
    if len(found) < limit and not any(score >= BEGINS for score, *_ in found):
        known = {(number, key) for _, number, _, key in found}
        found += [row for row in _best(asked, text, limit, near, restricted, alike=True) if row[1::2] not in known]
    best = sorted(found, key=lambda row: (-row[0], *row[1:]))[: limit * READ]
    read = {
        (number, feature.id): feature
        for number in {number for _, number, *_ in best}
        for feature in asked[number].some([key for _, of, _, key in best if of == number])
    }
    return [(asked[number], Hit(read[number, key], score)) for score, number, _, key in best if (number, key) in read]


def _best(
    asked: "Sequence[Features]",
    text: str,
    limit: int,
    near: tuple[float, float] | None,
    restricted: str | None,
    alike: bool,
) -> list[tuple[float, int, float, int]]:
    """Score, place among those asked, degrees from `near` and key of each layer's best."""
    columns = ("_rank", "_number", "_far", "_key")
    statements = []
    for number, features in enumerate(asked):
        rows = features.matching(text, alike, restricted)
        if rows is not None:
            layer = features.layer
            far = BoxDistance(layer.geometry, shapely.Point(near)) if near else Value(0.0, FloatField())
            key = Cast(F(layer.key_field.attname), BigIntegerField())
            placed = rows.annotate(_number=Value(number), _far=far, _key=key)
            statements.append(placed.order_by("-_rank", "_far").values_list(*columns)[:limit])
    if not statements:
        return []
    first, *others = statements
    return list(first.union(*others, all=True)) if others else list(first)
