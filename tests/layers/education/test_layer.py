"""Schools: seen by all, the principal only by the commune's steward; a panel that says what counts."""

import pytest

import fixtures
from layers.admin_units.models import AdminUnit
from layers.api.panel import panel_json
from layers.api.parameters import AtParameters
from layers.core import ANYONE, Note, Stat, Table, Viewer, registry
from layers.core.edit import correct
from layers.core.errors import Forbidden, Invalid, UnknownAttribute
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.core.panel import to_json
from layers.core.viewer import UNASSIGNED
from layers.education.models import School
from layers.education.panel import school_panel
from layers.education.seed import seed


@pytest.fixture
def schools(communes: dict[str, AdminUnit]) -> Layer:
    """The layer over the demo's schools."""
    seed(fixtures.province(), lambda _: None)
    found = registry.get("schools")
    assert isinstance(found, Layer)
    return found


def steward(*units: int) -> Viewer:
    return Viewer(user="steward", roles=frozenset({"steward"}), units=frozenset(units))


def test_every_commune_of_the_province_has_schools(schools: Layer) -> None:
    codes = {unit.code for unit in fixtures.province().communes}

    assert set(School.objects.values_list("commune__code", flat=True)) == codes
    assert schools.query(ANYONE).count() >= 3 * len(codes)


def test_a_second_seed_adds_no_school(schools: Layer) -> None:
    before = School.objects.count()

    seed(fixtures.province(), lambda _: None)

    assert School.objects.count() == before


def test_the_principal_does_not_exist_for_the_public(schools: Layer) -> None:
    feature = next(schools.query(ANYONE).all(1))

    assert "principal" not in feature.attributes
    assert schools.query(ANYONE).row(feature.id).principal is None
    with pytest.raises(UnknownAttribute):
        schools.query(ANYONE, filters=parse_filter("principal = 'x'"))


def test_a_steward_reads_the_principal_within_the_own_communes_only(schools: Layer) -> None:
    own, other = School.objects.order_by("pk").first(), School.objects.order_by("pk").last()
    assert own is not None
    assert other is not None
    features = schools.query(steward(own.commune_id))

    assert features.get(own.pk).attributes["principal"] == own.principal
    assert features.get(other.pk).attributes["principal"] is None


def test_filters_narrow_by_level_commune_and_number(schools: Layer) -> None:
    text = "level = 'primary' AND commune_name = 'Phường Tân Ninh' AND pupils >= 100"

    found = list(schools.query(ANYONE, filters=parse_filter(text)).all(100))

    assert found
    assert {(f.attributes["level"], f.attributes["commune_name"]) for f in found} == {("primary", "Phường Tân Ninh")}


def test_pupils_per_class_is_computed_from_the_stored_numbers(schools: Layer) -> None:
    feature = next(schools.query(ANYONE).all(1))
    values = feature.attributes

    assert values["pupils_per_class"] == pytest.approx(values["pupils"] / values["classes"])


def test_search_finds_a_school_without_marks(schools: Layer) -> None:
    hits = schools.query(ANYONE).search("truong tieu hoc ly tu trong", 5)

    assert hits[0].feature.attributes["name"] == "Trường Tiểu học Lý Tự Trọng"


def test_words_of_name_and_place_find_the_school_together(schools: Layer) -> None:
    hits = schools.query(ANYONE).search("Lý Tự Trọng, Tân Ninh", 5)

    assert hits[0].feature.attributes["name"] == "Trường Tiểu học Lý Tự Trọng"


def test_a_school_is_found_by_its_code(schools: Layer) -> None:
    hits = schools.query(ANYONE).search("80-DEMO-0001", 5)

    assert hits[0].feature.attributes["code"] == "80-DEMO-0001"


def test_a_steward_corrects_numbers_and_the_public_does_not(schools: Layer) -> None:
    school = School.objects.order_by("pk")[0]
    viewer = steward(school.commune_id)

    correct(schools, viewer, school.pk, {"pupils": 555}, version=school.version, reason="Số liệu đầu năm học")

    school.refresh_from_db()
    assert school.pupils == 555
    with pytest.raises(Forbidden):
        correct(schools, ANYONE, school.pk, {"pupils": 1}, version=school.version, reason="thử")


def test_a_steward_corrects_schools_of_the_own_communes_only(schools: Layer, communes: dict[str, AdminUnit]) -> None:
    school = School.objects.order_by("pk")[0]
    change = {"pupils": 555}

    with pytest.raises(Forbidden) as refused:
        correct(schools, steward(school.commune_id + 1), school.pk, change, version=school.version, reason="thử")
    assert refused.value.message.en == "The feature lies outside your area."
    admin = Viewer(user="admin", roles=frozenset({"admin"}))
    assert correct(schools, admin, school.pk, change, version=school.version, reason="thử").version == 2


def test_a_panel_offers_to_correct_only_what_lies_in_the_own_communes(schools: Layer) -> None:
    own = School.objects.order_by("pk")[0]
    other = School.objects.exclude(commune=own.commune_id).order_by("pk")[0]
    viewer = steward(own.commune_id)

    told = [panel_json(schools.id, one.pk, viewer, AtParameters())["editable"] for one in (own, other)]

    assert told == [True, False]


def test_a_school_that_moves_belongs_to_the_commune_it_now_stands_in(
    schools: Layer, communes: dict[str, AdminUnit]
) -> None:
    here = communes["25459"]
    school = School.objects.exclude(commune=here).order_by("pk")[0]
    moved = {"geom": {"type": "Point", "coordinates": [106.1, 11.3]}}
    School.objects.filter(pk=school.pk).update(place_precision="commune")
    school.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        correct(schools, steward(school.commune_id), school.pk, moved, version=school.version, reason="Đo lại")
    assert "ngoài khu vực phụ trách" in refused.value.fields["geom"].vi
    correct(schools, steward(school.commune_id, here.pk), school.pk, moved, version=school.version, reason="Đo lại")

    school.refresh_from_db()
    assert (school.commune, school.place_precision) == (here, "exact")


@pytest.mark.parametrize("lonlat", [(2.3, 48.8), (109.5, 14.5)])
def test_no_school_is_moved_abroad_or_into_the_sea(
    schools: Layer, communes: dict[str, AdminUnit], lonlat: tuple[float, float]
) -> None:
    school = School.objects.order_by("pk")[0]
    everywhere = steward(UNASSIGNED, *(unit.pk for unit in communes.values()))
    moved = {"geom": {"type": "Point", "coordinates": lonlat}}

    with pytest.raises(Invalid) as refused:
        correct(schools, everywhere, school.pk, moved, version=school.version, reason="thử")

    assert refused.value.fields["geom"].vi != refused.value.fields["geom"].en


@pytest.mark.parametrize(
    ("numbers", "field", "vi", "en"),
    [
        ({"pupils": 100_000_000}, "pupils", "Nhiều nhất 20.000", "At most 20,000"),
        ({"pupils": -5}, "pupils", "lớn hơn hoặc bằng với 0", "greater than or equal to 0"),
        ({"pupils": "abc"}, "pupils", "Cần số nguyên", "A whole number is needed"),
        ({"pupils": 500, "classes": 0}, "classes", "ít nhất một lớp", "there is a class"),
        ({"pupils": 5_000, "classes": 10}, "classes", "Quá 100 học sinh", "More than 100 pupils"),
        ({"name": "x" * 161}, "name", "tối đa 160", "at most 160"),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_both_languages(
    schools: Layer, numbers: dict[str, object], field: str, vi: str, en: str
) -> None:
    school = School.objects.order_by("pk")[0]

    with pytest.raises(Invalid) as refused:
        correct(schools, steward(school.commune_id), school.pk, numbers, version=school.version, reason="thử")

    assert vi in refused.value.fields[field].vi
    assert en in refused.value.fields[field].en


def test_the_panel_holds_pupils_against_the_limit_with_its_source(schools: Layer) -> None:
    school = School.objects.filter(level="primary").order_by("pk")[0]
    School.objects.filter(pk=school.pk).update(pupils=400, classes=10)

    panel = school_panel(schools.query(ANYONE).row(school.pk), ANYONE)

    pupils, mean = (block for block in panel.blocks if isinstance(block, Stat))
    assert (pupils.value, mean.value) == (400, 40.0)
    assert to_json(mean.band, "vi") == "Vượt mức"
    assert "28/2020/TT-BGDĐT" in to_json(mean.note, "vi")


def test_the_panel_says_that_the_school_is_invented_and_names_the_others(schools: Layer) -> None:
    row = schools.query(ANYONE).row(School.objects.order_by("pk")[0].pk)

    panel = school_panel(row, Viewer(language="en"))

    note = next(block for block in panel.blocks if isinstance(block, Note))
    table = next(block for block in panel.blocks if isinstance(block, Table))
    assert "not real" in to_json(note.text, "en")
    assert row.name not in [cells[0] for cells in table.rows]
    assert {len(cells) for cells in table.rows} == {3}
