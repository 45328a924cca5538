"""The situation map: opens without a network, shows what its maker may see, runs nothing a file brought."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import sync_playwright

from layers.core import ANYONE, Public, Text
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.filter import parse_filter
from layers.core.geo import Bbox
from layers.core.time import parse_time
from layers.exchange import situation_read
from layers.exchange.print.order import Drawing, LayerOrder
from layers.exchange.situation import situation_map
from tests.layers.exchange.conftest import STEWARD, Bring
from tests.layers.exchange.test_formats import SQUARE, collection, feature, point
from tests.toys import factories

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

    page = situation_map(STEWARD, [LayerOrder(id=layer)], BOX)

    assert "Khu c\\u00f4ng nghi\\u1ec7p" in page
    assert "Điểm nóng" in page
    assert '"xa"' not in page
    with pytest.raises(UnknownLayer):
        situation_map(ANYONE, [LayerOrder(id=layer)], BOX)


def test_what_a_file_brought_is_text_only(bring: Bring) -> None:
    layer = bring("a.geojson", collection(*MADE), title=Text.same(EVIL)).layer

    page = situation_map(STEWARD, [LayerOrder(id=layer)], BOX)

    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&#123;&#123; 7*7 &#125;&#125;" in page


def test_more_features_than_it_draws_are_gathered_and_counted(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = bring("a.geojson", collection(*MADE), access=Public()).layer
    monkeypatch.setattr(situation_read, "MAX_FEATURES", 1)

    page = situation_map(ANYONE, [LayerOrder(id=layer)], BOX)

    assert "Gộp theo ô, màu theo giá trị chính: 2 đối tượng." in page
    assert "Khu c\\u00f4ng" not in page


def test_it_is_the_view_style_filter_opacity_time_and_drawings(db: None) -> None:
    for name, use in (("a", "rice"), ("b", "rice"), ("c", "house"), ("d", "forest")):
        factories.make_plot(name, (106.1, 11.1), 0.001, use=use)
    asked = LayerOrder(id="toy_plots", style="use", opacity=0.4, filter=parse_filter("use IN ('rice', 'house')"))
    drawn = Drawing(shape=shapely.Point(106.1, 11.1), label="Điểm họp", color="#112233")

    page = situation_map(ANYONE, [asked], BOX, drawings=[drawn])
    plain = situation_map(ANYONE, [LayerOrder(id="toy_plots", style="plain")], BOX)

    box = page[page.index('id="situation"') :]
    assert "Lọc: Sử dụng: Lúa hoặc Nhà ở" in box
    assert "Kiểu vẽ: Theo sử dụng" in box
    assert "Độ đậm 40 %" in box
    assert "Lúa <b>2</b>" in box
    assert "Nhà ở <b>1</b>" in box
    assert "Rừng" not in box
    assert "#112233" in page
    assert "\\u0110i\\u1ec3m h\\u1ecdp" in page
    assert '"fillColor": "#C4580B"' in page
    assert '"fillColor": "#C4580B"' not in plain


def test_counts_of_what_is_gathered_are_of_all_features(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        factories.make_plot(f"p{number}", (106.1, 11.1), 0.001, use="house" if number == 5 else "rice")
    monkeypatch.setattr(situation_read, "MAX_FEATURES", 3)

    page = situation_map(ANYONE, [LayerOrder(id="toy_plots")], BOX)
    past = situation_map(ANYONE, [LayerOrder(id="toy_plots")], BOX, at=parse_time("2026-01-01"))

    for one in (page, past):
        assert "Lúa <b>5</b>" in one
        assert "Nhà ở <b>1</b>" in one


def test_a_layer_without_a_past_says_so(bring: Bring) -> None:
    layer = bring("a.geojson", collection(*MADE), access=Public()).layer

    past = situation_map(ANYONE, [LayerOrder(id=layer)], BOX, at=parse_time("2026-01-01"))

    assert "Tình hình lúc 00:00 01/01/2026" in past
    assert "Không có quá khứ, hiện số liệu hôm nay." in past
    assert "quá khứ" not in situation_map(ANYONE, [LayerOrder(id=layer)], BOX)


def test_no_layer_or_too_many_are_refused(db: None) -> None:
    for layers in ([], [f"d-{n}" for n in range(13)]):
        with pytest.raises(BadRequest):
            situation_map(STEWARD, [LayerOrder(id=one) for one in layers], BOX)


@pytest.mark.e2e
def test_it_opens_with_the_network_cut(bring: Bring, tmp_path: Path) -> None:
    layer = bring("a.geojson", collection(*MADE)).layer
    (tmp_path / "map.html").write_text(situation_map(STEWARD, [LayerOrder(id=layer)], BOX), encoding="utf-8")

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
