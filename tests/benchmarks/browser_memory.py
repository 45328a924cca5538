"""A day's use → memory: does a browser hold more the longer it pans, opens, closes and hears of changes?

    python -m tests.benchmarks.browser_memory http://127.0.0.1:8000 postgres://… --minutes 60

One page of a small screen, an act every few seconds; before each, rows in sight are changed, as another program would
do it, and put back at the end. Once a round, when all that was opened is closed again, the heap is emptied of
what nobody holds and what is left is noted, with the page's nodes and listeners and what the browser's processes have
resident. The first tenth fills caches and is left out; of the rest the last quarter is held against the first.
"""

import json
import os
import random
import shutil
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import cycle
from typing import Any

import psycopg
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.benchmarks import cpu
from tests.benchmarks.freshness import LAYER, TABLE
from tests.benchmarks.pixel import FLAGS

MINUTES = 60.0
ACT_S = 4.0
WARM_SHARE = 0.1
EDITS = 3
"""Rows changed before an act."""
BAR = 1.1
"""The last quarter to the first: what chance, compiled code and caches not yet full may add."""
BOX = (106.02, 11.22, 106.28, 11.42)
"""Where the map wanders."""
ZOOMS = (9.0, 15.0)
PATIENCE_MS = 3_000

RENAME = f"update {TABLE} set name = %s where id = %s"
SOME = f"""
select id, name from {TABLE} where geom && st_makeenvelope(%s, %s, %s, %s, 4326) order by random() limit {EDITS}
"""
BOUNDS = "window.__geoioc.map.getBounds().toArray().flat()"
# Nothing is returned: the map itself would be written out for us, whole.
JUMP = "([lon, lat, zoom]) => { window.__geoioc.map.jumpTo({center: [lon, lat], zoom}); }"
PAN = "([x, y]) => { window.__geoioc.map.panBy([x, y], {duration: 300}); }"
SEEN = """layer => {
    const map = window.__geoioc.map;
    const ids = map.getStyle().layers.filter(one => one.source === layer).map(one => one.id);
    const box = map.getCanvas().getBoundingClientRect();
    return map.queryRenderedFeatures({layers: ids}).filter(one => one.geometry.type === "Point")
        .map(one => map.project(one.geometry.coordinates)).map(at => [box.x + at.x, box.y + at.y])
        .find(([x, y]) => document.elementFromPoint(x, y) === map.getCanvas()) ?? null;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the browser holds once the garbage is out; `rss_mb` of its page and its drawing process together."""

    at_s: float
    heap_mb: float
    nodes: float
    listeners: float
    rss_mb: float


class Day:
    """What a person does all day, an act at a time."""

    def __init__(self, page: Page) -> None:
        """Nothing is done before `act`."""
        self.page = page
        self.dice = random.Random(7)
        opened = (self._wander, self._pan, self._open, self._pan, self._close)
        self.round = (*opened, self._zoom, self._turn_table, self._pan, self._turn_table, self._search, self._close)
        self.searches = cycle(("truong", "tan", "cho", "duong"))
        self.done = self.missed = 0

    @property
    def is_at_rest(self) -> bool:
        """Whether all that was opened is closed again."""
        return self.done % len(self.round) == 0

    def act(self) -> None:
        """The next act; one that finds nothing to press is left out."""
        turn = self.round[self.done % len(self.round)]
        self.done += 1
        try:
            turn()
        except PlaywrightError:
            self.missed += 1

    def _wander(self) -> None:
        west, south, east, north = BOX
        lon, lat = self.dice.uniform(west, east), self.dice.uniform(south, north)
        self.page.evaluate(JUMP, [lon, lat, self.dice.uniform(*ZOOMS)])

    def _pan(self) -> None:
        self.page.evaluate(PAN, [self.dice.randint(-250, 250), self.dice.randint(-150, 150)])

    def _zoom(self) -> None:
        self.page.mouse.move(360, 220)
        self.page.mouse.wheel(0, self.dice.choice((-300, 300)))

    def _open(self) -> None:
        if at := self.page.evaluate(SEEN, LAYER):
            self.page.mouse.click(*at)

    def _close(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")

    def _turn_table(self) -> None:
        self.page.get_by_role("button", name="Bảng đối tượng").first.click()

    def _search(self) -> None:
        box = self.page.get_by_role("combobox").first
        box.fill(next(self.searches))
        self.page.wait_for_timeout(800)
        box.press("Escape")
        box.fill("")


class Writer:
    """Another program that changes what is in sight, and puts it back."""

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        """Nothing is changed before `write`."""
        self.database = database
        self.names: dict[int, str] = {}
        self.written = 0

    def write(self, box: Sequence[float]) -> None:
        """Change the names of a few rows within a box."""
        for row, name in self.database.execute(SOME, list(box)).fetchall():
            before = self.names.setdefault(row, name)
            self.written += 1
            self.database.execute(RENAME, [f"{before} {self.written}", row])

    def restore(self) -> None:
        """Every row as it was."""
        for row, name in self.names.items():
            self.database.execute(RENAME, [name, row])


def _sample(page: CDPSession, browser: CDPSession, began: float) -> Sample:
    for _ in range(2):  # what a finalizer lets go is garbage only then
        page.send("HeapProfiler.collectGarbage")
    held = {one["name"]: one["value"] for one in page.send("Performance.getMetrics")["metrics"]}
    resident = sum(
        cpu.memory(one["id"]).rss_mb
        for one in browser.send("SystemInfo.getProcessInfo")["processInfo"]
        if one["type"] in ("renderer", "GPU")
    )
    return Sample(
        at_s=round(time.monotonic() - began, 1),
        heap_mb=round(held["JSHeapUsedSize"] / 1e6, 2),
        nodes=held["Nodes"],
        listeners=held["JSEventListeners"],
        rss_mb=round(resident, 1),
    )


def _samples(browser: Browser, day: Day, writer: Writer, minutes: float) -> Iterator[Sample]:
    """Act and note until the time is over."""
    page = day.page
    watched = page.context.new_cdp_session(page)
    watched.send("Performance.enable")
    processes = browser.new_browser_cdp_session()
    began = time.monotonic()
    while (now := time.monotonic()) < began + minutes * 60:
        writer.write(page.evaluate(BOUNDS))
        day.act()
        if day.is_at_rest:
            yield _sample(watched, processes, began)
        page.wait_for_timeout(max(0.0, now + ACT_S - time.monotonic()) * 1000)


def grown(samples: Sequence[Sample], of: Callable[[Sample], float]) -> float:
    """The median of the last quarter to that of the first."""
    quarter = max(1, len(samples) // 4)
    first = statistics.median(of(one) for one in samples[:quarter])
    return statistics.median(of(one) for one in samples[-quarter:]) / first


def slope_an_hour(samples: Sequence[Sample], of: Callable[[Sample], float]) -> float:
    """How much more each hour, by the straight line through all samples."""
    line = statistics.linear_regression([one.at_s for one in samples], [of(one) for one in samples])
    return line.slope * 3600


def summary(samples: Sequence[Sample]) -> dict[str, Any]:
    """First and last quarter, ratio and slope of everything noted.

    Raises:
        RuntimeError: too few samples to tell.
    """
    steady = samples[int(len(samples) * WARM_SHARE) :]
    if len(steady) < 4:
        raise RuntimeError("too short a time to tell; give more --minutes")
    found: dict[str, Any] = {"samples": len(samples), "act_every_s": ACT_S}
    for name in (one.name for one in fields(Sample) if one.name != "at_s"):

        def of(one: Sample, name: str = name) -> float:
            return float(getattr(one, name))

        found[f"{name}_median"] = round(statistics.median(of(one) for one in steady), 1)
        found[f"{name}_ratio"] = round(grown(steady, of), 3)
        found[f"{name}_slope_an_hour"] = round(slope_an_hour(steady, of), 2)
    worst = max(found[f"{name}_ratio"] for name in ("heap_mb", "nodes", "listeners"))
    return {**found, "worst_ratio": worst, "bar_ratio": BAR, "holds": worst <= BAR}


def measure(
    url: str, dsn: str, minutes: float = MINUTES, note: Callable[[Sample], None] = lambda _: None
) -> dict[str, Any]:
    """A browser's memory over a time of use, of a running server in demo mode.

    Args:
        url: the server's address.
        dsn: its database; rows are edited and put back.
        minutes: how long.
        note: told of each sample.

    Returns:
        Median, ratio of the last quarter to the first and slope an hour of heap, nodes, listeners and resident memory;
        the bar, and whether the heap, the nodes and the listeners hold it.

    Raises:
        RuntimeError: the page did not open.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    samples: list[Sample] = []
    with psycopg.connect(dsn, autocommit=True) as database, sync_playwright() as playwright:
        writer = Writer(database)
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *root])
        try:
            page = browser.new_page(viewport={"width": 640, "height": 400}, locale="vi-VN")
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"{url}/?layers={LAYER}", timeout=30_000)
            _await_map(page)
            day = Day(page)
            for one in _samples(browser, day, writer, minutes):
                samples.append(one)
                note(one)
            errors = page.evaluate("window.__geoioc.errors")
        finally:
            writer.restore()
            browser.close()
    done = {"minutes": minutes, "acts": day.done, "missed": day.missed, "changes": writer.written}
    return {**summary(samples), **done, "errors": len(errors)}


def _await_map(page: Page) -> None:
    deadline = time.monotonic() + 60
    while not page.evaluate("!!window.__geoioc?.map?.isStyleLoaded()"):
        if time.monotonic() > deadline:
            raise RuntimeError("the map did not open within 60 s")
        page.wait_for_timeout(200)


def _tell(sample: Sample) -> None:
    sys.stderr.write(json.dumps(asdict(sample)) + "\n")


def main() -> None:
    """Measure, and tell each sample as it comes."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("dsn")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (default %(default)s)")
    options = parser.parse_args()
    found = measure(options.url, options.dsn, options.minutes, _tell)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
