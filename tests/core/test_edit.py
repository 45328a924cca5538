"""Generic correction: against a version, with a reason, kept as a record, approved by another where that is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from layers.core import Viewer, edit, registry
from layers.core.errors import Conflict, Forbidden, Invalid, UnknownFeature, UnknownLayer
from layers.core.models import Revision, RevisionState
from layers.core.viewer import ANYONE
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit

pytestmark = pytest.mark.django_db
VISITS, PLOTS = registry.get("toy_visits"), registry.get("toy_plots")


def correct(viewer: Viewer, visit: ToyVisit, version: int = 1, reason: str = "sai tên", **changes: Any) -> Revision:
    return edit.correct(VISITS, viewer, visit.pk, changes, version=version, reason=reason)


def test_a_correction_changes_the_row_counts_its_version_and_is_recorded(unit: Any, keeper: Viewer) -> None:
    visit = factories.make_visit("cũ", commune=unit)

    record = correct(keeper, visit, name="mới")

    visit.refresh_from_db()
    assert (visit.name, visit.version) == ("mới", 2)
    assert (record.before["name"], record.after["name"], record.reason) == ("cũ", "mới", "sai tên")
    assert (record.by_id, record.version, record.state) == (keeper.user_id, 2, RevisionState.APPLIED)


def test_the_second_of_two_corrections_of_one_version_is_a_conflict(unit: Any, keeper: Viewer) -> None:
    visit = factories.make_visit("cũ", commune=unit)
    correct(keeper, visit, name="một")

    with pytest.raises(Conflict):
        correct(keeper, visit, version=1, name="hai")

    visit.refresh_from_db()
    assert visit.name == "một"
    assert correct(keeper, visit, version=2, name="ba").version == 3


def test_whoever_changed_the_row_the_version_tells(unit: Any, keeper: Viewer) -> None:
    visit = factories.make_visit(commune=unit)
    ToyVisit.objects.filter(pk=visit.pk).update(score=3)

    with pytest.raises(Conflict):
        correct(keeper, visit, version=1, name="x")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score": 3}, "score"),
        ({"nothing": 3}, "nothing"),
        ({"kind": "dance"}, "kind"),
        ({"name": "x" * 101}, "name"),
        ({"geom": {"type": "Point"}}, "geom"),
        ({"geom": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}}, "geom"),
    ],
)
def test_what_may_not_be_corrected_is_named(unit: Any, keeper: Viewer, changes: dict[str, Any], field: str) -> None:
    visit = factories.make_visit(commune=unit)

    with pytest.raises(Invalid) as refused:
        correct(keeper, visit, **changes)

    assert field in refused.value.fields
    assert Revision.objects.count() == 0


def test_a_reason_is_needed(unit: Any, keeper: Viewer) -> None:
    with pytest.raises(Invalid):
        correct(keeper, factories.make_visit(commune=unit), reason="  ", name="x")


def test_who_may_not_correct_is_refused_and_who_may_not_see_finds_nothing(
    unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer
) -> None:
    own, foreign = factories.make_visit(commune=unit), factories.make_visit(commune=other_unit)

    with pytest.raises(Forbidden):
        correct(watcher, own, name="x")
    with pytest.raises(UnknownLayer):
        correct(ANYONE, own, name="x")
    with pytest.raises(UnknownFeature):
        correct(keeper, foreign, name="x")
    with pytest.raises(UnknownFeature):
        edit.remove(VISITS, keeper, foreign.pk, version=1, reason="thử")


def test_a_feature_is_made_only_where_its_maker_sees_it(unit: Any, other_unit: Any, keeper: Viewer) -> None:
    body = {"name": "mới", "geom": {"type": "Point", "coordinates": [106.1, 11.3]}}

    with pytest.raises((Forbidden, Invalid)):
        edit.create(VISITS, keeper, body, reason="thử")

    assert ToyVisit.objects.count() == 0


def test_what_was_deleted_is_kept_in_the_record(unit: Any, keeper: Viewer) -> None:
    visit = factories.make_visit("cũ", commune=unit)

    record = edit.remove(VISITS, keeper, visit.pk, version=1, reason="trùng")

    assert not ToyVisit.objects.exists()
    assert (record.before["name"], record.after) == ("cũ", None)


def test_a_feature_cannot_be_sent_out_of_the_sight_of_who_corrects_it(
    unit: Any, other_unit: Any, keeper: Viewer
) -> None:
    visit = factories.make_visit("cũ", commune=unit)

    with pytest.raises(Invalid) as refused:
        correct(keeper, visit, commune=other_unit.pk)

    visit.refresh_from_db()
    assert visit.commune == unit
    assert "ngoài khu vực phụ trách" in refused.value.message.vi
    assert "outside your area" in refused.value.message.en
    assert Revision.objects.count() == 0


def home_of_the_tests() -> tuple[float, float, float, float]:
    return (105.8, 10.4, 106.8, 11.8)


@pytest.mark.parametrize(("lonlat", "allowed"), [((106.2, 11.4), True), ((107.0, 11.0), True), ((109.5, 14.5), False)])
def test_no_place_far_outside_the_province_is_taken(
    unit: Any, keeper: Viewer, settings: Any, lonlat: tuple[float, float], allowed: bool
) -> None:
    settings.HOME_BOX = f"{__name__}.home_of_the_tests"
    visit = factories.make_visit(commune=unit)
    moved: Any = {"geom": {"type": "Point", "coordinates": lonlat}}

    if allowed:
        assert correct(keeper, visit, **moved).version == 2
        return
    with pytest.raises(Invalid) as refused:
        correct(keeper, visit, **moved)
    assert "địa bàn tỉnh" in refused.value.fields["geom"].vi
    assert "province" in refused.value.fields["geom"].en


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({"name": "x" * 101}, "tối đa 100", "at most 100"),
        ({"kind": "dance"}, "lựa chọn hợp lệ", "not a valid choice"),
        ({"commune": "abc"}, "Cần số nguyên", "whole number"),
    ],
)
def test_what_does_not_fit_is_said_in_both_languages(
    unit: Any, keeper: Viewer, changes: dict[str, Any], vi: str, en: str
) -> None:
    with pytest.raises(Invalid) as refused:
        correct(keeper, factories.make_visit(commune=unit), **changes)

    (said,) = refused.value.fields.values()
    assert vi in said.vi
    assert en in said.en


@pytest.fixture
def proposed(keeper: Viewer) -> tuple[ToyPlot, Revision]:
    """A plot and a correction of it that waits."""
    plot = factories.make_plot("cũ")
    return plot, edit.correct(PLOTS, keeper, plot.plot, {"name": "mới"}, version=1, reason="đổi tên")


def test_a_proposal_changes_nothing_until_another_approves_it(
    proposed: tuple[ToyPlot, Revision], keeper: Viewer, approver: Viewer
) -> None:
    plot, record = proposed

    plot.refresh_from_db()
    assert (plot.name, record.state) == ("cũ", RevisionState.PROPOSED)
    with pytest.raises(Forbidden):
        edit.decide(PLOTS, keeper, record.pk, approve=True)
    edit.decide(PLOTS, approver, record.pk, approve=True)
    plot.refresh_from_db()
    assert plot.name == "mới"
    with pytest.raises(Conflict):
        edit.decide(PLOTS, approver, record.pk, approve=False)


def test_a_rejected_proposal_changes_nothing(proposed: tuple[ToyPlot, Revision], approver: Viewer) -> None:
    plot, record = proposed

    assert edit.decide(PLOTS, approver, record.pk, approve=False).state == RevisionState.REJECTED

    plot.refresh_from_db()
    assert plot.name == "cũ"


def test_a_proposal_overtaken_by_a_change_is_a_conflict(proposed: tuple[ToyPlot, Revision], approver: Viewer) -> None:
    plot, record = proposed
    ToyPlot.objects.filter(pk=plot.pk).update(area_m2=7)

    with pytest.raises(Conflict):
        edit.decide(PLOTS, approver, record.pk, approve=True)


def test_nobody_approves_an_own_proposal(make: Callable[..., Viewer]) -> None:
    both = make("toy_keeper")
    plot = factories.make_plot("cũ")
    record = edit.correct(PLOTS, both, plot.plot, {"name": "mới"}, version=1, reason="đổi")
    promoted = Viewer(user=both.user, user_id=both.user_id, roles=frozenset({"toy_keeper", "toy_approver"}))

    with pytest.raises(Forbidden):
        edit.decide(PLOTS, promoted, record.pk, approve=True)


@pytest.fixture
def make() -> Callable[..., Viewer]:
    """A person with roles."""
    return factories.make_viewer
