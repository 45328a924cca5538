"""The toys answer through the kernel: what every other test here stands on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from layers.core import Viewer, registry
from layers.core.checks import check_database, check_layers
from layers.core.errors import UnknownLayer
from layers.core.viewer import ANYONE
from tests.toys import factories

pytestmark = pytest.mark.django_db


def test_the_toys_are_declared_without_fault() -> None:
    assert [fault for fault in check_layers() if "toy_" in fault.msg] == []
    assert check_database() == []


def test_a_plot_has_its_past() -> None:
    old = factories.make_plot("Cũ", valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("Mới", plot=old.plot, valid_from=date(2025, 7, 1))
    plots = registry.get("toy_plots")

    now = plots.query(ANYONE).get(old.plot)
    then = plots.query(ANYONE, at=datetime(2025, 3, 1, tzinfo=UTC)).get(old.plot)

    assert (now.attributes["name"], then.attributes["name"]) == ("Mới", "Cũ")


def test_visits_are_seen_by_unit_and_phones_by_keepers(
    unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer
) -> None:
    own = factories.make_visit("Gần", commune=unit, phone="0905123456")
    factories.make_visit("Xa", commune=other_unit, phone="0905999999")
    visits = registry.get("toy_visits")

    assert [f.id for f in visits.query(keeper).all(10)] == [own.pk]
    assert visits.query(keeper).get(own.pk).attributes["phone"] == "0905123456"
    assert "phone" not in visits.query(watcher).get(own.pk).attributes
    with pytest.raises(UnknownLayer):
        visits.query(ANYONE)


def test_a_row_becomes_a_layer() -> None:
    dataset = factories.make_dataset(rows=3)
    registry.changed("@toys")

    layer = registry.get(f"toy_set_{dataset.pk}")

    assert [f.attributes["amount"] for f in layer.query(ANYONE).all(10)] == [0.0, 1.5, 3.0]


def test_what_moves_is_seen_while_it_lasts(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    moving = registry.get("toy_moving")
    now = timezone.now() - timedelta(seconds=1)

    moving.sight(
        now, [{"id": 7, "lonlat": (106.1, 11.3), "commune_id": unit.pk, "speed_kmh": 30.5, "kind": "car"}], frozenset()
    )

    assert moving.query(keeper).get(7).attributes == {"kind": "car", "speed_kmh": 30.5}
