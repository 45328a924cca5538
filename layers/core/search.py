"""Search in Vietnamese: the key that makes "tan chau" find "Xã Tân Châu", and how hits are ranked."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from layers.core.access import Grant
from layers.core.feature import Feature
from layers.core.text import Text

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
Told = Callable[[str, Sequence[Feature]], Mapping[int, Text]]
"""`told(text, found)`: by id, why features were found whose own words do not say it."""


@dataclass(frozen=True, slots=True, init=False)
class Search:
    """What the search box finds: attributes, accent-insensitive; what may be searched only with a purpose.

    Attributes:
        behind: of a restricted attribute that shows less than is searched by, how rows are found by a text.
    """

    attributes: tuple[str, ...]
    parse: Parse | None = None
    told: Told | None = None
    restricted: Mapping[str, Grant] = field(default_factory=dict)
    behind: Mapping[str, Parse] = field(default_factory=dict)

    def __init__(
        self,
        *attributes: str,
        parse: Parse | None = None,
        told: Told | None = None,
        restricted: Mapping[str, Grant] | None = None,
        behind: Mapping[str, Parse] | None = None,
    ) -> None:
        """Keep the names; at least one."""
        if not attributes:
            raise ValueError('Search() finds nothing: name an attribute, e.g. Search("name")')
        object.__setattr__(self, "attributes", attributes)
        object.__setattr__(self, "parse", parse)
        object.__setattr__(self, "told", told)
        object.__setattr__(self, "restricted", restricted or {})
        object.__setattr__(self, "behind", behind or {})


@dataclass(frozen=True, slots=True)
class Source:
    """A layer's rows that may be found: a bound SELECT of `_id`, `_geom` and so many texts, `t0` the first.

    Without texts every row of it is what was asked for.
    """

    sql: str
    params: Sequence[Any]
    texts: int


_RANK = """case
  when l{n} = <words> then 1.0
  when right(l{n}, length(<words>) + 1) = ' ' || <words> then 0.97
  when starts_with(l{n}, <words>) then 0.95
  when k{n} in (<key>, <bare>) then 0.9
  when right(k{n}, length(<bare>) + 1) = ' ' || <bare> then 0.87
  when starts_with(k{n}, <key>) then 0.85
  when position(' ' || <bare> || ' ' in k{n}) > 0 then 0.8
  when position(<bare> in k{n}) > 0 then 0.7
  else word_similarity(<bare>, k{n}) * 0.65 end"""
"""How well text `n` matches, in [0, 1]; `l0` is a text in lower case, `k0` its key.

Exact words with marks rank above a prefix, that above an equal key, a key's prefix, a word inside, and likeness.
"""

_SOME = "(select _id, {far} as far, {texts} from <rows> r where {condition} limit {most})"
_BEST = """select greatest({ranks})::float8 as score, {number} as number, far, _id
from (select _id, far, {made} from ({candidates}) c offset 0) k order by score desc, far limit {limit}"""
"""The best of some rows; a key, which is costly, is made once for the rank (`offset 0` sees to that)."""
_EXACT = "select 1.0::float8 as score, {number} as number, {far} as far, _id from <rows> r order by far limit {limit}"
_FAR = "coalesce(_geom <#> <near>::geometry, 0)"
_VALUE = re.compile(r"<(\w+)>")


class _Question:
    """What was typed, and the place (lon, lat) near which the better of equals lies, as SQL.

    In a template `<rows>` is the layer's SELECT, any other `<name>` a bound text.
    """

    def __init__(self, text: str, near: tuple[float, float] | None) -> None:
        self.key, self.bare = search_key(text), bare_key(text)
        # two letters hold no trigram inside a word, only at its start
        self.is_short = len(self.bare) < LEAST_INSIDE
        words = [word for word in dict.fromkeys(self.bare.split()) if len(word) > 1]
        self.apart = words if len(words) > 1 else []
        self.values = {
            "words": text.strip().lower(),
            "key": self.key,
            "bare": self.bare,
            "near": f"SRID=4326;POINT({near[0]} {near[1]})" if near else None,
            # a key holds no character that `like` gives a meaning
            "begins": f"{self.bare}%",
            "word_begins": f"% {self.bare}%",
            "inside": f"%{self.bare}%",
            **{f"word{n}": f"%{word}%" for n, word in enumerate(self.apart)},
        }

    def best(self, source: Source, number: int, limit: int, alike: bool) -> tuple[str, list[Any]]:
        """Score, number, degrees from the place and key of the rows that hold the words, or with `alike` are like them.

        Of very many, some that begin with the words are ranked, and some that hold them.
        """
        if not source.texts:
            return self._filled(_EXACT.format(number=number, far=_FAR, limit=limit), source)
        texts = range(source.texts)
        keys = [f"search_key(t{n})" for n in texts]
        ranks = [_RANK.format(n=n) for n in texts]
        if alike:
            candidates = self._some(source, [f"{key} %%> <bare>" for key in keys])
            if self.apart:  # asked apart, so that rows which are only alike are not compared with every word
                candidates += f" union {self._some(source, self._apart(keys))}"
                ranks += [f"case when {one} then {APART} else 0 end" for one in self._apart([f"k{n}" for n in texts])]
        else:
            begun = [f"{key} like <begins>" for key in keys]
            inside = [f"{key} like <{'word_begins' if self.is_short else 'inside'}>" for key in keys]
            held = begun + inside if self.is_short else inside
            candidates = f"{self._some(source, begun)} union {self._some(source, held)}"
        made = ", ".join(f"lower(t{n}) as l{n}, search_key(t{n}) as k{n}" for n in texts)
        parts = {"ranks": ", ".join(ranks), "made": made, "candidates": candidates}
        return self._filled(_BEST.format(number=number, limit=limit, **parts), source)

    def _apart(self, keys: Sequence[str]) -> list[str]:
        """Every one of several words is held, each in some key: a school's name and its ward's."""
        each = [" or ".join(f"{key} like <word{n}>" for key in keys) for n in range(len(self.apart))]
        return [" and ".join(f"({one})" for one in each)] if each else []

    def _some(self, source: Source, conditions: Sequence[str]) -> str:
        texts = ", ".join(f"t{n}" for n in range(source.texts))
        return _SOME.format(far=_FAR, texts=texts, condition=" or ".join(conditions), most=CANDIDATES)

    def _filled(self, template: str, source: Source) -> tuple[str, list[Any]]:
        params: list[Any] = []

        def put(found: re.Match[str]) -> str:
            params.extend(source.params if found[1] == "rows" else [self.values[found[1]]])
            return f"({source.sql})" if found[1] == "rows" else "%s::text"

        return _VALUE.sub(put, template), params


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
    question = _Question(text, near)
    if not question.key:
        return []
    sources = {n: source for n, features in enumerate(asked) if (source := features.searched(text, restricted))}
    found = _best(question, sources, limit, alike=False)
    if len(found) < limit and not question.is_short and not any(score >= BEGINS for score, *_ in found):
        known = {(number, key) for _, number, _, key in found}
        texts = {number: source for number, source in sources.items() if source.texts}
        found += [row for row in _best(question, texts, limit, alike=True) if row[1::2] not in known]
    best = sorted(found, key=lambda row: (-row[0], *row[1:]))[: limit * READ]
    read = {
        (number, feature.id): feature
        for number in {number for _, number, *_ in best}
        for feature in asked[number].some([key for _, of, _, key in best if of == number])
    }
    return [(asked[number], Hit(read[number, key], score)) for score, number, _, key in best if (number, key) in read]


def _best(
    question: _Question, sources: Mapping[int, Source], limit: int, alike: bool
) -> list[tuple[float, int, float, int]]:
    """Score, place among those asked, degrees from the place and key of each layer's best."""
    each = [question.best(source, number, limit, alike) for number, source in sources.items()]
    if not each:
        return []
    with connection.cursor() as cursor:
        sql = " union all ".join(f"({sql})" for sql, _ in each)
        cursor.execute(sql, [value for _, params in each for value in params])
        return list(cursor.fetchall())
