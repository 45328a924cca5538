"""Edit → pixel: how long until a committed change is drawn in a real browser.

    python -m tests.benchmarks.pixel http://127.0.0.1:8000 postgres://…

A school in the middle of the map changes its level, so its mark changes colour. The page notes each colour of that
pixel in the map's own `render` event, with the clock that this program reads, too, and when a tile was parsed; the
browser tells when it was asked for and answered.
"""

import json
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import psycopg
from playwright.sync_api import Page, Request, sync_playwright

from tests.benchmarks.freshness import LAYER, PATIENCE_S, TABLE, percentile

EDITS = 40
BAR_S = 0.6
"""p95 from the commit to the pixel: a poll (0.2 s), a tile, drawing without a graphics card, and as much to spare."""
ZOOM = 15
LEVELS = ("kindergarten", "primary", "upper_secondary")
"""Levels whose colours lie far apart."""
FAR = 40
"""A change of colour, summed over red, green and blue, that is no blending of an edge."""
LEGS = ("asked", "answered", "parsed", "drawn")
"""The way of an edit. To `asked`: the journal's poll, the message and the viewer; to `answered`: the tile's build; to
`parsed`: the map's worker; to `drawn`: places of labels, and a frame of the whole map."""
FLAGS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]

WATCH = """([layer, far]) => {
    const map = window.__geoioc.map;
    const canvas = map.getCanvas();
    const gl = canvas.getContext("webgl2");
    const colors = (window.__colors = []);
    const parsed = (window.__parsed = []);
    let last = null;
    map.on("render", () => {
        const now = new Uint8Array(4);
        // near the edge of the mark (9 px), where its picture does not cover its colour
        gl.readPixels(Math.round(canvas.width / 2) - 8, Math.round(canvas.height / 2), 1, 1, gl.RGBA,
            gl.UNSIGNED_BYTE, now);
        const moved = last ? Math.abs(now[0] - last[0]) + Math.abs(now[1] - last[1]) + Math.abs(now[2] - last[2]) : 0;
        if (!last || moved > far) { last = now; colors.push(Date.now() / 1000); }
    });
    map.on("sourcedata", event => { if (event.sourceId === layer && event.tile) parsed.push(Date.now() / 1000); });
    map.triggerRepaint();
}"""


def _open(page: Page, url: str, lonlat: tuple[float, float]) -> None:
    """The map over a place, drawn to rest."""
    page.goto(f"{url}/?layers={LAYER}")
    _until(page, "!!window.__geoioc?.map?.isStyleLoaded()")
    page.evaluate("([center, zoom]) => { window.__geoioc.map.jumpTo({center, zoom}); }", [list(lonlat), ZOOM])
    page.evaluate("Promise.race([window.__geoioc.idle(), new Promise(done => setTimeout(done, 15000))])")
    page.evaluate(WATCH, [LAYER, FAR])
    _until(page, "window.__colors.length > 0")


def _until(page: Page, expression: str) -> None:
    """Wait until an expression holds; polled from here, because the page's policy forbids eval."""
    deadline = time.monotonic() + PATIENCE_S * 2
    while not page.evaluate(expression):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the page never reached: {expression}")
        page.wait_for_timeout(50)


def _drawn(page: Page, database: psycopg.Connection[Any], school: int) -> list[tuple[float, float]]:
    """When each edit was committed and when its colour was seen, seconds of the clock."""
    dice, edits = random.Random(1), []
    for number in range(EDITS + 1):
        page.wait_for_timeout(500 + dice.random() * 200)
        known = page.evaluate("window.__colors.length")
        level = LEVELS[number % len(LEVELS)]
        changed = database.execute(
            f"update {TABLE} set level = %s where id = %s and level <> %s", [level, school, level]
        )
        committed = time.time()
        if changed.rowcount == 0:
            continue
        _until(page, f"window.__colors.length > {known}")
        edits.append((committed, page.evaluate(f"window.__colors[{known}]")))
    return edits


def _legs(
    edits: Sequence[tuple[float, float]], requests: Sequence[Request], parsed: Sequence[float]
) -> Iterator[list[float]]:
    """Seconds of each leg, of every edit whose tile the browser has told of."""
    starts = [(request.timing["startTime"] / 1000, request.timing["responseEnd"] / 1000) for request in requests]
    for committed, drawn in edits:
        asked = next(((at, at + took) for at, took in starts if committed < at + took < drawn), None)
        ready = next((at for at in reversed(parsed) if committed < at <= drawn), None)
        if asked and ready:
            yield [end - start for start, end in pairwise((committed, *asked, ready, drawn))]


def measure(url: str, dsn: str) -> dict[str, Any]:
    """Edit → pixel, of a running server in demo mode.

    Args:
        url: the server's address.
        dsn: its database; one row is edited and put back.

    Returns:
        Milliseconds: `p50_ms`, `p95_ms` and `max_ms`; the median of each leg of the way; the bar, and whether it
        `holds`.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with psycopg.connect(dsn, autocommit=True) as database, sync_playwright() as playwright:
        # one that stands alone, so that nothing else colours its pixel
        found = database.execute(
            f"select s.id, s.level, st_x(s.geom), st_y(s.geom) from {TABLE} s where not exists (select 1 from {TABLE} o"
            " where o.id <> s.id and st_dwithin(o.geom, s.geom, 0.004)) order by s.id limit 1"
        ).fetchone()
        if found is None:
            raise RuntimeError(f"{TABLE} is empty: seed the demo first (make seed)")
        school, level, lon, lat = found
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *root])
        try:
            page = browser.new_page(viewport={"width": 1024, "height": 640})
            _open(page, url, (lon, lat))
            requests: list[Request] = []
            page.on("requestfinished", lambda one: requests.append(one) if f"/tiles/{LAYER}/" in one.url else None)
            edits = _drawn(page, database, school)
            legs = list(zip(*_legs(edits, requests, page.evaluate("window.__parsed")), strict=True))
        finally:
            database.execute(f"update {TABLE} set level = %s where id = %s", [level, school])
            browser.close()
    waited = [drawn - committed for committed, drawn in edits]
    p95 = percentile(waited, 95)
    return {
        "edits": len(edits),
        "p50_ms": round(percentile(waited, 50) * 1000),
        "p95_ms": round(p95 * 1000),
        "max_ms": round(max(waited) * 1000),
        **{f"to_{name}_ms": round(statistics.median(leg) * 1000) for name, leg in zip(LEGS, legs, strict=False)},
        "bar_ms": round(BAR_S * 1000),
        "holds": p95 <= BAR_S,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*sys.argv[1:3]), indent=1) + "\n")
