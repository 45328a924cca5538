"""Scopes: a row is visible iff it shares one with the viewer, in the query and in the journal alike."""

from itertools import product
from typing import Any

import pytest
from django.db import connection

from layers.core import Access, Department, Either, Public, Roles, Unit, Viewer, registry, role
from layers.core.errors import UnknownLayer
from layers.core.scope import is_public, scope_key
from layers.core.viewer import ANYONE, UNASSIGNED
from tests.toys import factories
from tests.toys.models import ToyVisit

KEEPER = role("toy_keeper")


def viewer(*units: int, departments: tuple[int, ...] = (), roles: tuple[str, ...] = ("toy_keeper",)) -> Viewer:
    return Viewer(user="x", roles=frozenset(roles), units=frozenset(units), departments=frozenset(departments))


def test_a_viewer_holds_the_public_scope_and_one_for_each_owner() -> None:
    held = viewer(4, UNASSIGNED, departments=(9,)).scopes

    assert held == {"public", "unit:4", "unit:none", "department:9"}


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (Public(), {"public"}),
        (Public(when="done"), {"public"}),
        (Unit("commune"), {"unit:4", "unit:none"}),
        (Department("department"), {"department:9"}),
        (Either(Public(when="done"), Unit("commune")), {"public", "unit:4", "unit:none"}),
    ],
)
def test_a_tile_depends_only_on_scopes_that_rows_may_carry(rule: Any, left: set[str]) -> None:
    access = Access(view=Public(), rows=rule)

    assert access.reduce(viewer(4, UNASSIGNED, departments=(9,))) == left


@pytest.mark.django_db
def test_the_query_and_the_journals_sql_agree_on_every_row() -> None:
    units = [factories.make_unit(), factories.make_unit()]
    for unit, done in product([None, *units], [False, True]):
        factories.make_visit(commune=unit, done=done)
    holders = [viewer(), viewer(units[0].pk), viewer(UNASSIGNED), viewer(units[0].pk, units[1].pk, UNASSIGNED)]
    rules = [Public(), Public(when="done"), Unit("commune"), Either(Public(when="done"), Unit("commune"))]

    for rule, one in product(rules, [*holders, ANYONE]):
        asked = set(ToyVisit.objects.filter(rule.condition(one)).values_list("pk", flat=True))
        with connection.cursor() as cursor:
            sql = f"select id from toys_toyvisit r where ({rule.scopes_sql('r', ToyVisit)}) && %s"
            cursor.execute(sql, [list(one.scopes)])
            assert asked == {pk for (pk,) in cursor.fetchall()}, (rule, one)


def test_a_scope_key_tells_viewers_apart_and_no_more() -> None:
    visits, plots = registry.get("toy_visits"), registry.get("toy_plots")

    assert scope_key(visits, viewer(4)) == scope_key(visits, viewer(4, departments=(3,)))
    assert scope_key(visits, viewer(4)) != scope_key(visits, viewer(5))
    assert scope_key(plots, viewer(4)) is None
    assert is_public(plots, viewer(4))
    assert not is_public(visits, viewer(4))
    assert scope_key(visits, viewer(4)) != "4"


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [(), ("stranger",), ("device",)])
def test_a_layer_of_roles_does_not_exist_for_others(roles: tuple[str, ...]) -> None:
    with pytest.raises(UnknownLayer) as refused:
        registry.get("toy_visits").query(viewer(1, roles=roles))
    with pytest.raises(UnknownLayer) as absent:
        registry.get("toy_visitz")

    assert refused.value.message.vi.replace("toy_visits", "toy_visitz") == absent.value.message.vi
    assert "toy_visits" not in {layer.id for layer in registry.visible_to(viewer(1, roles=roles))}


def test_a_row_rule_lets_nobody_in_by_itself() -> None:
    assert not Unit("commune").allows(viewer(4))
    assert not Roles(KEEPER).allows(ANYONE)


@pytest.mark.django_db
def test_a_device_and_a_person_without_units_see_no_owned_row() -> None:
    factories.make_visit(commune=None)
    factories.make_visit(commune=factories.make_unit())

    assert registry.get("toy_visits").query(viewer()).count() == 0


@pytest.mark.django_db
def test_a_row_given_to_a_panel_is_blank_where_its_viewer_may_not_read(
    keeper: Viewer, watcher: Viewer, unit: Any
) -> None:
    visit = factories.make_visit(commune=unit, phone="0905123456")
    visits = registry.get("toy_visits")

    assert visits.query(keeper).row(visit.pk).phone == "0905123456"
    assert visits.query(watcher).row(visit.pk).phone is None
