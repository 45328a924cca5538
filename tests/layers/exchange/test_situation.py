"""The situation map: opens without a network, shows what its maker may see, runs nothing a file brought."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from layers.core import ANYONE, Public, Text
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.geo import Bbox
from layers.exchange import situation
from layers.exchange.situation import situation_map
from tests.layers.exchange.conftest import STEWARD, Bring
from tests.layers.exchange.test_formats import SQUARE, collection, feature, point

BOX = Bbox(105.9, 10.9, 106.3, 11.3)
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7*7 }}{% endraw %}"
PIXELS = """(() => {
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]) drawn++;
  return drawn;
})()"""
MADE = [
    feature(point(106.2, 11.2), "a", name=EVIL, ok=True),
    feature({"type": "Polygon", "coordinates": SQUARE}, "b", name="Khu công nghiệp", ok=False),
    feature(point(107, 12), "far", name="xa"),
]


def test_only_what_is_in_the_box_and_visible_is_drawn(bring: Bring) -> None:
    layer = bring("a.geojson", collection(*MADE), title=Text(vi="Điểm nóng", en="Hot spots")).layer

    page = situation_map(STEWARD, [layer], BOX)

    assert "Khu c\\u00f4ng nghi\\u1ec7p" in page
    assert "Điểm nóng" in page
    assert '"xa"' not in page
    with pytest.raises(UnknownLayer):
        situation_map(ANYONE, [layer], BOX)


def test_what_a_file_brought_is_text_only(bring: Bring) -> None:
    layer = bring("a.geojson", collection(*MADE), title=Text.same(EVIL)).layer

    page = situation_map(STEWARD, [layer], BOX)

    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&#123;&#123; 7*7 &#125;&#125;" in page


def test_more_features_than_it_draws_are_said(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = bring("a.geojson", collection(*MADE), access=Public()).layer
    monkeypatch.setattr(situation, "MAX_FEATURES", 1)

    page = situation_map(ANYONE, [layer], BOX)

    assert "Chỉ 1 trong 2 đối tượng." in page


def test_no_layer_or_too_many_are_refused(db: None) -> None:
    for layers in ([], [f"d-{n}" for n in range(13)]):
        with pytest.raises(BadRequest):
            situation_map(STEWARD, layers, BOX)


@pytest.mark.e2e
def test_it_opens_with_the_network_cut(bring: Bring, tmp_path: Path) -> None:
    layer = bring("a.geojson", collection(*MADE)).layer
    (tmp_path / "map.html").write_text(situation_map(STEWARD, [layer], BOX), encoding="utf-8")

    seen = _opened((tmp_path / "map.html").as_uri())

    assert seen["errors"] == []
    assert [url for url in seen["asked"] if not url.startswith("file:")] == []
    assert seen["drawn"] > 1_000
    assert "giờ Việt Nam" in seen["words"]


def _opened(url: str) -> dict[str, Any]:
    """The page in Chromium without a network: what it drew, asked for, said, and every error or dialogue.

    A browser of its own, closed before the database is asked again: the suite's shared one keeps an event loop.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium: run `scripts/packages.sh test`")
    errors: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=[*root, "--disable-dev-shm-usage"])
        page = browser.new_context(offline=True, viewport={"width": 1000, "height": 640}).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: errors.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        page.wait_for_selector(".leaflet-overlay-pane canvas")
        drawn = page.evaluate(PIXELS)
        words = page.inner_text("#situation")
        browser.close()
    return {"errors": errors, "asked": asked, "drawn": drawn, "words": words}
