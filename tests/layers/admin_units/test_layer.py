"""Units on the map: found without accents, as of a day, named, and Hoàng Sa and Trường Sa always there."""

from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import pytest
import shapely

from layers.admin_units.current import keep_current
from layers.admin_units.labels import ARCHIPELAGOS
from layers.admin_units.models import AdminLineage, AdminUnit, Boundary
from layers.admin_units.panel import unit_panel
from layers.core import ANYONE, Note, Stat, Timeline, Viewer, registry
from layers.core.computed import ComputedLayer
from layers.core.filter import parse_filter
from layers.core.geo import Bbox
from layers.core.layer import Layer
from layers.core.panel import to_json

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

TAY_NINH = Bbox(105.4, 10.3, 106.9, 11.9)
ENGLISH = Viewer(language="en")


def layer(name: str) -> Layer:
    found = registry.get(name)
    assert isinstance(found, Layer)
    return found


def computed(name: str) -> ComputedLayer:
    found = registry.get(name)
    assert isinstance(found, ComputedLayer)
    return found


def id_of(code: str) -> int:
    return AdminUnit.objects.get(code=code, is_current=True).pk


@pytest.mark.parametrize(
    "text", ["tan chau", "Tân Châu", "TÂN CHÂU", "xã tân châu", "xa tan chau", normalize("NFD", "Tân Châu")]
)
def test_a_search_finds_the_commune_in_any_spelling(text: str) -> None:
    hits = layer("communes").query(ANYONE).search(text, 5)

    assert hits[0].feature.attributes["name"] == "Xã Tân Châu"


def test_marks_decide_between_names_that_differ_by_marks_alone() -> None:
    hits = layer("communes").query(ANYONE).search("Tân Thành", 10)

    assert {hit.feature.attributes["name"] for hit in hits[:7]} >= {"Xã Tân Thành", "Phường Tân Thành"}


def test_a_feature_is_known_by_its_units_id_and_named_in_the_viewers_language() -> None:
    found = layer("communes").query(ANYONE).get(id_of("25516"))
    english = layer("communes").query(ENGLISH).get(id_of("25516"))

    assert found.attributes["name"] == "Xã Tân Châu"
    assert found.attributes["province"] == "Tây Ninh"
    assert english.attributes["name"] == "Tan Chau Commune"


def test_the_map_shows_34_provinces_and_3321_communes_today() -> None:
    assert layer("provinces").query(ANYONE).count() == 34
    assert layer("communes").query(ANYONE).count() == 3321
    assert layer("communes").query(ANYONE, filters=parse_filter("province = 'Tây Ninh'")).count() == 96


def test_a_day_shows_the_units_of_that_day() -> None:
    def kind(day: datetime) -> tuple[str, str]:
        wards = layer("communes").query(ANYONE, at=day, filters=parse_filter("code = '25270'"))
        provinces = layer("provinces").query(ANYONE, at=day, filters=parse_filter("code = '75'"))
        return tuple(next(features.all(1)).attributes["name"] for features in (wards, provinces))  # type: ignore[return-value]

    assert kind(datetime(2026, 4, 29, tzinfo=UTC)) == ("Xã Lộc Ninh", "Tỉnh Đồng Nai")
    assert kind(datetime(2026, 5, 1, tzinfo=UTC)) == ("Phường Lộc Ninh", "Thành phố Đồng Nai")
    assert layer("communes").query(ANYONE, at=datetime(2025, 6, 1, tzinfo=UTC)).count() == 0


def test_kinds_are_counted() -> None:
    counted = dict(layer("communes").query(ANYONE).counts("kind"))

    assert counted == {"commune": 2611, "ward": 697, "special_zone": 13}


def test_the_stored_flag_follows_the_day() -> None:
    day = AdminUnit.objects.get(code="25270", valid_from="2026-04-30").valid_from
    assert day is not None

    keep_current(day - timedelta(days=1))
    before = AdminUnit.objects.get(code="25270", is_current=True)
    keep_current(day)
    after = AdminUnit.objects.get(code="25270", is_current=True)

    assert (before.kind, after.kind) == ("commune", "ward")
    assert Boundary.objects.get(unit=after).is_current
    assert not Boundary.objects.get(unit=before).is_current
    assert keep_current(day) == 0


def test_a_communes_panel_tells_its_lineage_with_the_act() -> None:
    row = layer("communes").query(ANYONE).row(id_of("25516"))

    panel = unit_panel(row, ANYONE)

    entries = next(block for block in panel.blocks if isinstance(block, Timeline)).entries
    assert panel.title == "Xã Tân Châu"
    assert {str(entry.at) for entry in entries} == {"2025-07-01"}
    assert {entry.text for entry in entries} == {"Nghị quyết 1682/NQ-UBTVQH15"}
    words = [to_json(entry.title, "vi") for entry in entries]
    assert "Nhận từ Xã Suối Dây, Huyện Tân Châu (một phần)" in words
    assert "Nhận từ Thị trấn Tân Châu, Huyện Tân Châu (toàn bộ)" in words


def test_a_panel_says_when_the_boundary_is_only_illustrative() -> None:
    row = layer("communes").query(ANYONE).row(id_of("25516"))

    note = next(block for block in unit_panel(row, ANYONE).blocks if isinstance(block, Note))

    assert "minh hoạ" in to_json(note.text, "vi")
    assert "Illustrative" in to_json(note.text, "en")


def test_a_provinces_panel_counts_its_communes_by_kind() -> None:
    row = layer("provinces").query(ANYONE).row(id_of("80"))

    panel = unit_panel(row, ENGLISH)

    stat = next(block for block in panel.blocks if isinstance(block, Stat))
    assert (panel.title, stat.value) == ("Tay Ninh Province", 96)
    assert to_json(stat.note, "vi") == "82 xã, 14 phường"
    assert to_json(stat.note, "en") == "82 communes, 14 wards"


def test_provinces_are_named_from_afar_and_communes_near_by() -> None:
    labels = computed("unit_labels")

    far = labels.query(ANYONE, bbox=TAY_NINH, zoom=8).shapes
    near = labels.query(ANYONE, bbox=TAY_NINH, zoom=9).shapes

    assert "Tây Ninh" in {shape.attributes["name"] for shape in far}
    assert {shape.attributes["level"] for shape in far} == {"province"}
    assert {"Tân Châu", "Long Hoa"} <= {shape.attributes["name"] for shape in near}
    assert {shape.attributes["level"] for shape in near} == {"commune"}


def test_every_unit_is_named_once_at_a_point_of_its_own_land() -> None:
    shapes = computed("unit_labels").query(ANYONE).shapes

    assert len(shapes) == 34 + 3321
    assert len({shape.id for shape in shapes}) == len(shapes)
    outside = Boundary.objects.filter(is_current=True).extra(where=["not st_covers(geom, label_point)"]).count()
    assert outside == 0


@pytest.mark.parametrize("zoom", range(17))
def test_both_archipelagos_are_drawn_and_named_at_every_zoom(zoom: int) -> None:
    layer = computed("sovereignty_labels")

    for one in ARCHIPELAGOS:
        lon, lat = one.lonlat
        around = Bbox(lon - 4, lat - 4, lon + 4, lat + 4)
        shapes = {shape.id: shape for shape in layer.query(ANYONE, bbox=around, zoom=zoom).shapes}
        pixel_deg = 360 / 512 / 2**zoom
        parts = shapely.get_parts(shapes[10 + one.id].geometry)

        assert shapes[one.id].attributes["name"].endswith("(Việt Nam)")
        assert all(part.area > 2 * pixel_deg**2 for part in parts), f"an island is lost at zoom {zoom}"


def test_the_archipelagos_are_named_even_without_any_boundary() -> None:
    Boundary.objects.all().delete()

    shapes = computed("sovereignty_labels").query(ANYONE, zoom=5).shapes

    assert [shape.attributes["name"] for shape in shapes] == [
        "Quần đảo Hoàng Sa (Việt Nam)",
        "Quần đảo Trường Sa (Việt Nam)",
    ]


def test_an_old_units_name_finds_its_heir() -> None:
    hits = layer("communes").query(ANYONE).search("phường Hiệp Ninh", 5)

    heirs = AdminLineage.objects.filter(predecessor__full_name="Phường Hiệp Ninh").values_list("successor", flat=True)
    assert {hit.feature.id for hit in hits} == set(heirs)
    assert hits
