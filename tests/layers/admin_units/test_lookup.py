"""The worked examples of the reform: codes, days, successors, predecessors, points."""

from collections import Counter
from datetime import date

import pytest

from layers.admin_units.ingest import store_batch
from layers.admin_units.lookup import predecessors, successors, unit_at, unit_containing
from layers.admin_units.models import AdminLineage, AdminUnit, Level, Relation
from tests.layers.admin_units.conftest import SHARED, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
NOW = date(2026, 11, 22)


def old(code: str, level: Level = Level.COMMUNE) -> AdminUnit:
    unit = unit_at(code, level, BEFORE)
    assert unit is not None, f"no unit carried {code} on {BEFORE}"
    return unit


def new(code: str, level: Level = Level.COMMUNE) -> AdminUnit:
    unit = unit_at(code, level, AFTER)
    assert unit is not None, f"no unit carried {code} on {AFTER}"
    return unit


def heirs(unit: AdminUnit) -> list[tuple[str, str, bool]]:
    return [(link.successor.code, link.relation, link.is_default) for link in successors(unit)]


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [("80", BEFORE, "Long An"), ("80", AFTER, "Tây Ninh"), ("72", AFTER, None), ("72", BEFORE, "Tây Ninh")],
)
def test_a_province_code_means_something_only_with_its_day(code: str, on: date, name: str | None) -> None:
    unit = unit_at(code, Level.PROVINCE, on)

    assert (unit.name if unit else None) == name


@pytest.mark.parametrize(
    ("code", "successor"),
    [("24931", "24931"), ("24937", "24931"), ("24952", "24931"), ("24928", "24934"), ("24934", "24934")],
)
def test_a_commune_that_went_whole_has_one_heir(code: str, successor: str) -> None:
    assert heirs(old(code)) == [(successor, Relation.WHOLE.value, True)]


def test_the_successor_carries_the_new_name() -> None:
    assert (old("24931").full_name, successors(old("24931")).get().successor.full_name) == (
        "Thị trấn Thạnh Mỹ",
        "Xã Đơn Dương",
    )
    assert successors(old("24928")).get().successor.full_name == "Xã D'Ran"


def test_an_old_district_lives_on_in_the_heirs_of_its_communes() -> None:
    district = old("677", Level.DISTRICT)

    found = {link.successor.code: link.successor.name for link in successors(district)}

    assert district.full_name == "Huyện Đơn Dương"
    assert found == {"24931": "Đơn Dương", "24934": "D'Ran", "24943": "Ka Đô", "24955": "Quảng Lập"}


def test_a_divided_commune_names_its_default_heir_first() -> None:
    assert heirs(old("25534")) == [
        ("25534", Relation.PART.value, True),
        ("25516", Relation.PART.value, False),
    ]


def test_predecessors_tell_whole_from_part() -> None:
    found = {(link.predecessor.code, link.relation) for link in predecessors(new("25516"))}

    assert found == {("25516", "whole"), ("25540", "whole"), ("25534", "part"), ("25546", "part")}
    assert {link.predecessor.full_name for link in predecessors(new("25516"))} >= {"Thị trấn Tân Châu", "Xã Thạnh Đông"}


def test_buon_ma_thuot_was_made_of_six_whole_units() -> None:
    links = predecessors(new("24133"))

    assert [link.predecessor.code for link in links] == ["24133", "24136", "24142", "24145", "24148", "24160"]
    assert {link.relation for link in links} == {"whole"}
    assert old("24133").full_name == "Phường Thành Công"


def test_gia_nghia_has_three_wards_in_lam_dong() -> None:
    found = AdminUnit.objects.filter(is_current=True, level="commune", parent__code="68", name__endswith="Gia Nghĩa")

    assert {unit.code: unit.full_name for unit in found} == {
        "24611": "Phường Bắc Gia Nghĩa",
        "24615": "Phường Nam Gia Nghĩa",
        "24617": "Phường Đông Gia Nghĩa",
    }


def test_there_are_34_provinces_and_3321_communes_since_the_reform() -> None:
    current = AdminUnit.objects.filter(is_current=True)
    counted = Counter(current.filter(level="commune").values_list("parent__code", flat=True))

    assert current.filter(level="province").count() == 34

    assert (len(counted), sum(counted.values())) == (34, 3321)
    assert (counted["66"], counted["68"], counted["80"], counted["96"]) == (102, 124, 96, 64)


def test_both_epochs_and_every_link_are_there() -> None:
    numbers = {
        level: AdminUnit.objects.filter(level=level, valid_from=None).count()
        for level in ("province", "district", "commune")
    }

    assert numbers == {"province": 63, "district": 696, "commune": 10_035}
    assert AdminLineage.objects.filter(successor__level="commune", effective_date=AFTER).count() == 10_602


def test_an_island_district_without_communes_is_itself_the_predecessor() -> None:
    hoang_sa = new("20333")

    link = predecessors(hoang_sa).get()

    assert (hoang_sa.full_name, link.predecessor.code, link.predecessor.level) == (
        "Đặc khu Hoàng Sa",
        "498",
        "district",
    )


def test_dong_nai_is_a_city_and_ten_of_its_communes_are_wards_since_april_2026() -> None:
    day_before, day = date(2026, 4, 29), date(2026, 4, 30)
    kinds = {on: unit_at("75", Level.PROVINCE, on) for on in (day_before, day)}
    changed = AdminUnit.objects.filter(parent__code="75", level="commune", valid_from=day)

    assert [unit.full_name for unit in kinds.values() if unit] == ["Tỉnh Đồng Nai", "Thành phố Đồng Nai"]
    assert sorted(unit.code for unit in changed) == [
        "25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485",
    ]  # fmt: skip
    assert {unit.kind for unit in changed} == {"ward"}
    assert all(predecessors(unit).get().predecessor.kind == "commune" for unit in changed)


def test_a_merged_province_has_communes_in_two_vn2000_zones() -> None:
    zones = set(AdminUnit.objects.filter(parent=new("80", Level.PROVINCE)).values_list("srid", flat=True))

    assert zones == {9209, 9210}
    assert new("80", Level.PROVINCE).srid is None


POINTS = [
    (12.6808, 108.0432, "24133"),
    (13.0955, 109.3209, "22015"),
    (11.5560, 106.1610, "25516"),
    (11.3030, 106.1330, "25630"),
    (10.5359, 106.4137, "27694"),
    (11.7660, 108.4880, "24931"),
    (11.9416, 108.4419, "24781"),
    (12.0040, 107.6900, "24611"),
    (10.9333, 108.1000, "22945"),
    (9.2940, 105.7278, "31825"),
    (9.1769, 105.1524, "32025"),
]


@pytest.mark.parametrize(("lat", "lon", "code"), POINTS)
def test_a_point_finds_its_commune_on_the_real_polygons(lat: float, lon: float, code: str) -> None:
    province = new(code).parent
    assert province is not None
    store_batch(rows_of(f"reference/geo/communes_{province.code}.geojson"))

    found = unit_containing(lon, lat, NOW)

    assert found is not None
    assert found.code == code


def test_a_point_abroad_at_sea_or_before_the_reform_finds_nothing() -> None:
    assert unit_containing(2.35, 48.85, NOW) is None
    assert unit_containing(106.161, 11.556, BEFORE) is None


def test_a_point_finds_its_province() -> None:
    found = unit_containing(106.161, 11.556, NOW, Level.PROVINCE)

    assert found is not None
    assert found.full_name == "Tỉnh Tây Ninh"


def test_the_shared_tables_agree_with_what_is_loaded() -> None:
    path = SHARED / "reference/communes_2025.csv"
    if not path.is_file():
        pytest.skip(f"{path} is missing")
    official = {line.split(",")[0] for line in path.read_text().splitlines()[1:]}

    loaded = set(AdminUnit.objects.filter(level="commune", is_current=True).values_list("code", flat=True))

    # One code of Quảng Ninh differs between the published lists (Ba Chẽ).
    assert len(loaded ^ official) <= 2
