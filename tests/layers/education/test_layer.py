"""Schools: seen by all, the principal only by the commune's steward; a panel that says what counts."""

import pytest

import fixtures
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Note, Stat, Table, Viewer, registry
from layers.core.edit import correct
from layers.core.errors import Forbidden, UnknownAttribute
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.core.panel import to_json
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
