"""A printed sheet: true to scale, says what it shows, shows what its reader may see."""

import io
import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pytest
import shapely
from PIL import Image
from pyproj import Transformer

from layers.core import ANYONE, Feature, Public, Text, Viewer
from layers.core.errors import BadRequest
from layers.exchange.print import contents, ink, marks
from layers.exchange.print.margin import grid_step, round_length
from layers.exchange.print.paper import paper
from layers.exchange.print.plane import Plane
from layers.exchange.print.words import number
from layers.press import lane
from layers.press.code import qr
from layers.press.machine import TooLong, pressed
from tests.layers.exchange.conftest import STEWARD, Bring, layer_of
from tests.layers.exchange.test_formats import collection, feature, point
from tests.toys import factories
from tests.toys.models import PlotUse

pytestmark = pytest.mark.django_db

HERE = [106.1, 11.3]
ORDER: dict[str, Any] = {"center": HERE, "scale": 10_000, "title": "Sơ đồ khu vực", "layers": []}
MM = 72 / 25.4
Ask = Callable[[Viewer], Any]


def _text(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    found = " ".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))
    return re.sub(r"\s+", " ", found)


def _line(metres: float, zone: int = 9210) -> dict[str, Any]:
    """A line that runs so many metres east of the sheet's centre, in the zone's plane."""
    plane = Transformer.from_crs(4326, zone, always_xy=True)
    east, north = plane.transform(*HERE)
    start = plane.transform(east - metres / 2, north, direction="INVERSE")
    end = plane.transform(east + metres / 2, north, direction="INVERSE")
    shape = {"type": "LineString", "coordinates": [list(start), list(end)]}
    return {"type": "FeatureCollection", "features": [feature(shape, "a", color="#12AB34")]}


def _length_mm(content: bytes) -> float:
    """How wide the green line of `_line` is on paper, its ends included."""
    page = pypdfium2.PdfDocument(content)[0]
    for one in page.get_objects(max_depth=8):
        color = _stroke(one)
        if color == (0x12, 0xAB, 0x34):
            west, _, east, _ = one.get_bounds()
            return float((east - west) / MM)
    raise AssertionError("the line is not on the sheet")


def _stroke(one: Any) -> tuple[int, ...]:
    import ctypes

    parts = [ctypes.c_uint() for _ in range(4)]
    pypdfium2.raw.FPDFPageObj_GetStrokeColor(one.raw, *parts)
    return tuple(int(part.value) for part in parts[:3])


@pytest.mark.parametrize(("scale", "orientation", "name"), [(10_000, "portrait", "a4"), (5_000, "landscape", "a3")])
def test_a_kilometre_measures_what_the_scale_says(ask: Ask, scale: int, orientation: str, name: str) -> None:
    wanted = {**ORDER, "scale": scale, "orientation": orientation, "paper": name}

    answer = ask(ANYONE).post("/api/print", {**wanted, "drawings": _line(1_100)})
    shorter = ask(ANYONE).post("/api/print", {**wanted, "drawings": _line(100)})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    # of two lines a kilometre apart in length, so that the ends of the stroke count for nothing
    assert _length_mm(answer.content) - _length_mm(shorter.content) == pytest.approx(1_000_000 / scale, rel=0.002)
    width, height = pypdfium2.PdfDocument(answer.content)[0].get_size()
    short, long = sorted((width, height))
    assert (short / MM, long / MM) == pytest.approx({"a4": (210, 297), "a3": (297, 420)}[name], abs=0.1)
    assert (width < height) == (orientation == "portrait")


def test_the_sheet_says_what_it_shows(bring: Bring, ask: Ask) -> None:
    made = [feature(point(106.1, 11.3), "a", name="Đập Dầu Tiếng")]
    layer = bring("a.geojson", collection(*made), title=Text(vi="Công trình", en="Works"), access=Public()).layer

    answer = ask(ANYONE).post(
        "/api/print",
        {**ORDER, "layers": [{"id": layer}], "note": "Họp giao ban", "link": "https://evil.example/?at=1#m"},
    )

    text = _text(answer.content)
    for said in ("Sơ đồ khu vực", "1:10.000", "Công trình", "công khai", "Họp giao ban", "VN-2000", "Quét để mở lại"):
        assert said in text, said
    assert "Chú giải" in text
    assert re.search(r"In lúc \d\d:\d\d \d\d/\d\d/\d{4}", text)


def test_the_sheet_speaks_english(ask: Ask) -> None:
    answer = ask(ANYONE).post("/api/print", {**ORDER, "title": "", "language": "en"})

    text = _text(answer.content)
    assert "1:10,000" in text
    assert "Printed by: the public" in text


def test_a_role_is_printed_and_no_name(ask: Ask) -> None:
    officer = Viewer(user="nguyen.van.a", roles=frozenset({"land_officer"}))

    text = _text(ask(officer).post("/api/print", ORDER).content)

    assert "Cán bộ địa chính xã" in text
    assert "nguyen.van.a" not in text


def test_a_layer_of_others_is_not_found_and_leaves_no_trace(bring: Bring, ask: Ask) -> None:
    made = [feature(point(106.1, 11.3), "a", name="Bí mật")]
    layer = bring("a.geojson", collection(*made), title=Text.same("Kho mật")).layer
    asked = {**ORDER, "layers": [{"id": layer}]}

    refused = ask(ANYONE).post("/api/print", asked)
    without = ask(ANYONE).post("/api/print", ORDER)
    printed = ask(STEWARD).post("/api/print", asked)

    assert (refused.status_code, refused.json()["error"]) == (404, "unknown_layer")
    assert "Kho mật" not in refused.content.decode()
    assert b"Kho m" not in without.content
    assert "Kho mật" not in _text(without.content)
    assert "Kho mật" in _text(printed.content)


def test_each_role_prints_its_own_rows_and_attributes(
    ask: Ask, unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer
) -> None:
    own = factories.make_visit("Lượt của mình", (106.1, 11.3), commune=unit, phone="0901234567")
    other = factories.make_visit("Lượt nơi khác", (106.1, 11.301), commune=other_unit, phone="0907654321")
    asked = {**ORDER, "layers": [{"id": "toy_visits"}], "features": ["toy_visits", [own.pk, other.pk]]}

    kept, watched = (_text(ask(viewer).post("/api/print", asked).content) for viewer in (keeper, watcher))
    public = ask(ANYONE).post("/api/print", asked)
    by_phone = {**ORDER, "layers": [{"id": "toy_visits", "filter": "phone = '0901234567'"}]}

    assert public.status_code == 404
    for text in (kept, watched):
        assert "Lượt của mình" in text
        assert "Lượt nơi khác" not in text
        assert "0907654321" not in text
    assert "0901234567" in kept
    assert "0901234567" not in watched
    assert ask(watcher).post("/api/print", by_phone).json()["error"] == "unknown_attribute"
    assert ask(keeper).post("/api/print", by_phone).status_code == 200


def test_features_of_a_list_are_a_table_and_the_map_fits_them(bring: Bring, ask: Ask) -> None:
    made = [feature(point(106.1 + n / 100, 11.3), str(n), name=f"Cột {n}") for n in range(3)]
    report = bring("a.geojson", collection(*made), access=Public())
    ids = [one.id for one in layer_of(report).query(ANYONE).all(10)]

    answer = ask(ANYONE).post("/api/print", {"features": [report.layer, ids], "layers": [{"id": report.layer}]})
    missing = ask(ANYONE).post("/api/print", {"features": [report.layer, [10**9]]})

    text = _text(answer.content)
    assert len(pypdfium2.PdfDocument(answer.content)) == 2
    assert all(f"Cột {n}" in text for n in range(3))
    assert "1:25.000" in text
    assert missing.status_code == 404


def test_the_legend_says_its_filter_in_words(ask: Ask) -> None:
    factories.make_plot("Thửa lúa", (106.1, 11.3), 0.001, use="rice", area_m2=5_000)
    asked = {**ORDER, "layers": [{"id": "toy_plots", "filter": "area_m2 > 1000 AND use = 'rice'"}]}

    text = _text(ask(ANYONE).post("/api/print", asked).content)

    assert "Lọc: Diện tích > 1.000 m² và Sử dụng: Lúa" in text
    assert "use =" not in text


def test_a_small_feature_of_a_list_is_ringed_and_its_disc_lies_beside_it() -> None:
    plane = Plane.around((106.1, 11.3), 9209, 250_000, (180.0, 180.0))
    places = [(106.1, 11.3), (106.1002, 11.3), (106.15, 11.35)]
    made = [
        Feature(id=n, wkb=shapely.to_wkb(shapely.Point(p).buffer(0.0002)), attributes={}) for n, p in enumerate(places)
    ]

    drawn = marks.chosen(made, plane)

    discs = [
        (float(x), float(y)) for x, y in re.findall(rf'cx="([\d.]+)" cy="([\d.]+)" r="{marks.DISC_MM:.2f}"', drawn)
    ]
    rings = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="1\.\d+"', drawn)
    assert len(discs) == 3
    assert len(rings) == 2 * 3  # each with its white rim
    assert all(math.dist(one, other) > 4 for one, other in itertools.combinations(discs, 2))
    assert math.dist(discs[0], (90, 90)) == pytest.approx(6, abs=0.1)


def test_more_than_is_drawn_is_said(bring: Bring, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [feature(point(106.1 + n / 1000, 11.3), str(n), name=f"Cột {n}") for n in range(3)]
    layer = bring("a.geojson", collection(*made), access=Public()).layer
    monkeypatch.setattr(contents, "MAX_FEATURES", 2)

    text = _text(ask(ANYONE).post("/api/print", {**ORDER, "layers": [{"id": layer}]}).content)

    assert "Chỉ vẽ 2 trong 3 đối tượng." in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scale", 200),
        ("scale", "5000"),
        ("center", [0, 0]),
        ("paper", "a0"),
        ("title", "x" * 200),
        ("drawings", {"features": [{"geometry": {"type": "Point", "coordinates": ["a", 1]}}]}),
        ("layers", [{"id": 5}]),
        ("at", "hôm qua"),
        ("colour", "red"),
        ("features", ["x", []]),
    ],
)
def test_a_wrong_field_is_named(ask: Ask, field: str, value: Any) -> None:
    answer = ask(ANYONE).post("/api/print", {**ORDER, field: value})

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert sorted(answer.json()["message"]) == ["en", "vi"]


def test_a_hidden_attribute_is_no_way_in(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", collection(feature(point(106.1, 11.3), "a", name="x")), access=Public()).layer

    answer = ask(ANYONE).post("/api/print", {**ORDER, "layers": [{"id": layer, "filter": "owner__name = 'x'"}]})

    assert (answer.status_code, answer.json()["error"]) == (400, "unknown_attribute")


def test_areas_by_category_differ_in_black_and_white_where_patterns_are_asked_for(ask: Ask) -> None:
    for place, use in enumerate(PlotUse):
        factories.make_plot(lonlat=(HERE[0] + (place - 1.5) * 0.01, HERE[1]), size=0.008, use=use)
    order = {**ORDER, "scale": 25_000, "format": "png", "layers": [{"id": "toy_plots", "style": "use"}]}

    plain, hatched = (
        np.asarray(Image.open(io.BytesIO(ask(ANYONE).post("/api/print", {**order, "patterns": on}).content)))
        for on in (False, True)
    )
    grey = hatched @ [0.299, 0.587, 0.114]
    drawn = [_half(use.color or "", ink.HALO) for use in PlotUse]
    areas = [np.abs(plain.astype(int) - color).max(axis=2) <= 2 for color in drawn]
    refused = ask(ANYONE).post("/api/print", {**order, "patterns": "yes"}).json()

    assert all(area.sum() > 10_000 for area in areas)
    assert all(grey[area].std() > 10 for area in areas)
    assert refused["field"] == "patterns"


def _half(color: str, ground: str) -> Any:
    """A colour at half its strength over a ground, R G B."""
    return np.mean([[*bytes.fromhex(one[1:])] for one in (color, ground)], axis=0)


def test_a_picture_is_made_of_the_same_sheet(ask: Ask) -> None:
    answer = ask(ANYONE).post("/api/print", {**ORDER, "format": "png"})

    picture = Image.open(io.BytesIO(answer.content))
    assert answer.headers["Content-Type"] == "image/png"
    assert picture.width / picture.height == pytest.approx(210 / 297, rel=0.01)
    assert len(picture.convert("L").getcolors() or []) > 10


def test_a_picture_holds_all_pages_below_one_another_and_refuses_too_many(bring: Bring, ask: Ask) -> None:
    made = [feature(point(106.1 + n / 1000, 11.3), str(n), name=f"Cột {n}") for n in range(3)]
    report = bring("a.geojson", collection(*made), access=Public())
    ids = [one.id for one in layer_of(report).query(ANYONE).all(10)]

    answer = ask(ANYONE).post("/api/print", {"features": [report.layer, ids], "layers": [], "format": "png"})

    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    sheet = round(picture.width * 297 / 210)
    assert sheet + 200 < picture.height < 1.5 * sheet
    table = picture.crop((0, sheet + 20, picture.width, picture.height))
    assert len(table.getcolors() or []) > 10
    page = '<p style="break-after:page">x</p>'
    assert Image.open(io.BytesIO(pressed(page * 7, "png", 20))).height > 400
    with pytest.raises(TooLong):
        pressed(page * 9, "png", 20)


def test_too_many_pages_for_a_picture_name_pdf() -> None:
    with pytest.raises(BadRequest) as refused:
        lane.press('<p style="break-after:page">x</p>' * 9, "png", 200)

    assert refused.value.field == "format"
    assert "PDF" in refused.value.message.vi


def test_a_layer_without_a_past_says_so_on_a_sheet_of_the_past(bring: Bring, ask: Ask) -> None:
    layer = bring("a.geojson", collection(feature(point(106.1, 11.3), "a")), title=Text.same("Cầu"), access=Public())
    asked = {**ORDER, "layers": [{"id": layer.layer}]}

    past = _text(ask(ANYONE).post("/api/print", {**asked, "at": "2026-01-01"}).content)
    bare = _text(ask(ANYONE).post("/api/print", {**asked, "at": "2026-01-01", "legend": False}).content)
    now = _text(ask(ANYONE).post("/api/print", asked).content)

    assert "Không có quá khứ, hiện số liệu hôm nay." in past
    for text in (past, bare):
        assert "Không có quá khứ, hiện số liệu hôm nay: Cầu" in text
    assert "quá khứ" not in now


def test_one_caller_prints_one_sheet_at_a_time(ask: Ask) -> None:
    with lane.turn("127.0.0.1"):
        answer = ask(ANYONE).post("/api/print", ORDER)

    assert (answer.status_code, answer.json()["error"]) == (503, "busy")


def test_the_press_opens_no_address(tmp_path: Any) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 40), "#FF0000").save(secret)

    page = pressed(f'<img src="{secret.as_uri()}"><img src="http://127.0.0.1:9/x.png"><p>ok</p>', "png", 50)

    assert (255, 0, 0) not in {color for _, color in Image.open(io.BytesIO(page)).getcolors(10_000) or []}


def test_what_is_typed_stays_words(ask: Ask) -> None:
    answer = ask(ANYONE).post("/api/print", {**ORDER, "title": "<b>Đậm</b>", "note": "</div><script>"})

    text = _text(answer.content)
    assert "<b>Đậm</b>" in text
    assert "<script>" in text


def test_grid_bar_and_code_are_round_and_bounded() -> None:
    assert [grid_step(scale) for scale in (500, 2_000, 5_000, 1_000_000)] == [20, 100, 200, 50_000]
    assert round_length(46) == 20
    assert qr("http://x/?" + "a" * 5_000) is None
    assert (number(1234.5, "vi"), number(1234.5, "en"), number(5000, "vi")) == ("1.234,5", "1,234.5", "5.000")


def test_the_grid_is_in_the_zone_of_the_places_land_documents(ask: Ask, settings: Any) -> None:
    settings.ZONE_AT = "tests.layers.exchange.test_print.surveyed_in_105_30"
    place = (106.149, 11.5522)

    text = _text(ask(ANYONE).post("/api/print", {**ORDER, "center": list(place), "scale": 50_000}).content)

    assert "105°30′ (EPSG:9209)" in text
    assert "572 000" in text


def surveyed_in_105_30(lon: float, lat: float) -> int:
    """What a province knows of its communes' documents, though another zone's meridian is nearer."""
    return 9209


def test_the_map_leaves_room_for_the_legend() -> None:
    for orientation in ("portrait", "landscape"):
        full, bare = (paper("a4", orientation, legend=legend) for legend in (True, False))
        assert full.map_width * full.map_height < bare.map_width * bare.map_height
