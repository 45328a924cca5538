"""What is typed → what is found: how long the search box waits over every layer, beside the bare indexed query.

The words are names the tables hold, with and without accents, cut short as while typing and misspelt, and parcels by
sheet and number. The bare query asks the same tables for any ten rows whose indexed key holds the words: no rank, no
nearness, no likeness, no rights.
"""

import json
import random
import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from layers.core.search import bare_key
from tests.benchmarks.low_zoom import late

BAR_MS = 150.0
"""p95 of one answer over every layer."""
ASKED = 120
COMMON = ("duong", "truong", "tan", "xa", "nguyen", "cho", "song", "ap", "tieu hoc", "thanh")
NAMES = "select name from {table} where name <> '' order by md5(id::text) limit 40"  # the same names at every run
NAMED = {  # table: the column its layer searches, which has the index
    "basemap_road": "name",
    "basemap_address": "name",
    "education_school": "name",
    "admin_units_adminunit": "full_name",
    "basemap_place": "name",
}
PARCELS = """
select 'thửa ' || p.parcel_number || ' tờ ' || p.sheet || ' ' || u.full_name
from land_records_parcel p join admin_units_adminunit u on u.id = p.commune_id
where p.id in (select id from land_records_parcel where id % 9973 = 7 limit 20)
"""
BARE = "select id from {table} where search_key({column}::text) like %s limit 10"


def words(database: psycopg.Connection[Any]) -> list[str]:
    """What people type, in the same order at every run."""
    chance = random.Random(1022)
    names = [name for table in NAMED for (name,) in database.execute(NAMES.format(table=table))]  # type: ignore[arg-type]
    parcels = [text for (text,) in database.execute(PARCELS)]
    typed = [_as_typed(name, chance) for name in chance.sample(names, ASKED - len(COMMON) - len(parcels))]
    asked = [*COMMON, *typed, *parcels]
    chance.shuffle(asked)
    return asked


def _as_typed(name: str, chance: random.Random) -> str:
    way = chance.choice(("whole", "bare", "begun", "misspelt"))
    if way == "whole" or len(name) < 6:
        return name
    key = bare_key(name)
    if way == "begun":
        return key[: chance.randint(3, len(key))] if len(key) > 3 else key
    if way == "misspelt":
        at = chance.randrange(1, len(key))
        return key[:at] + chance.choice("aeioungt") + key[at + 1 :]
    return key


def measure(url: str, dsn: str) -> dict[str, Any]:
    """p50 and p95 in ms of ours and of the bare query, and their ratio by the median."""
    with psycopg.connect(dsn, autocommit=True) as database:
        asked = words(database)
        bare = [_took(lambda text=text: list(_bare(database, text))) for text in asked]
    for text in asked[:5]:
        _ask(url, text)
    ours = [_took(lambda text=text: _ask(url, text)) for text in asked]
    return {
        "p50_ms": statistics.median(ours),
        "p95_ms": late(ours),
        "bar_ms": BAR_MS,
        "bare_p50_ms": statistics.median(bare),
        "bare_p95_ms": late(bare),
        "to_bare": statistics.median(ours) / statistics.median(bare),
    }


def _bare(database: psycopg.Connection[Any], text: str) -> Iterator[Sequence[Any]]:
    for table, column in NAMED.items():
        yield database.execute(BARE.format(table=table, column=column), [f"%{bare_key(text)}%"]).fetchall()  # type: ignore[arg-type]


def _ask(url: str, text: str) -> None:
    with urllib.request.urlopen(f"{url}/api/search?q={urllib.parse.quote(text)}", timeout=10) as answer:
        json.load(answer)


def _took(work: Any) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
