"""What a layer's features answer beside lists: what is near, what was, what is searched with a purpose."""

from datetime import date
from typing import Any

import pytest
import shapely

from layers.core import Attribute, Circle, ComputedLayer, Public, Style, Text, Viewer, Zoom, registry
from layers.core.access import Access
from layers.core.computed import Shape
from layers.core.errors import UnknownAttribute
from layers.core.viewer import ANYONE
from tests.toys import factories
from tests.toys.provider import TOYS
from tests.toys.temporary import temporarily

pytestmark = pytest.mark.django_db
LON, LAT = factories.CENTRE
EQUATOR_DEGREE_M = 111_195.0


class Marks(ComputedLayer):
    """Three computed points, each a hundredth of a degree further east."""

    id = "toy_marks"
    title = Text(vi="Mốc", en="Marks")
    group = TOYS
    zoom = Zoom(0, 16)
    attributes = [Attribute("name", Text(vi="Tên", en="Name"), type="text")]
    styles = [Style("plain", Text(vi="Đơn giản", en="Plain"), [Circle(color="#0B5FA5")])]
    access = Access(view=Public(), rows=Public())

    def shapes(self, viewer: Viewer, at: Any, bbox: Any, zoom: Any = None) -> list[Shape]:
        names = ["b", None, "a"]
        return [
            Shape(id=n, geometry=shapely.Point(LON + n / 100, LAT), attributes={"name": name})
            for n, name in enumerate(names)
        ]


def test_the_nearest_come_first_with_their_distance(unit: Any, keeper: Viewer) -> None:
    far = factories.make_visit("Xa", (LON, LAT + 0.01), commune=unit)
    near = factories.make_visit("Gần", (LON, LAT + 0.001), commune=unit)
    factories.make_visit("Ngoài", (LON, LAT + 0.1), commune=unit)

    found = registry.get("toy_visits").query(keeper).nearest(shapely.Point(LON, LAT), 2_000, 5)

    assert [feature.id for feature, _ in found] == [near.pk, far.pk]
    assert found[0][1] == pytest.approx(0.001 * EQUATOR_DEGREE_M, rel=0.001)


def test_a_polygon_around_the_place_is_at_no_distance() -> None:
    plot = factories.make_plot(lonlat=(LON, LAT), size=0.01)

    found = registry.get("toy_plots").query(ANYONE).nearest(shapely.Point(LON + 0.005, LAT + 0.005), 10, 5)

    assert [(feature.id, metres) for feature, metres in found] == [(plot.plot, 0.0)]


def test_computed_features_answer_alike() -> None:
    with temporarily(Marks) as (marks,):
        features = marks.query(ANYONE)

        near = features.nearest(shapely.Point(LON, LAT), 1_200, 5)
        ordered, _ = features.page(10, sort="-name")

    assert [feature.id for feature, _ in near] == [0, 1]
    assert [feature.id for feature in ordered] == [0, 2, 1]
    assert features.summary().count == 3


def test_every_version_of_a_plot_is_listed() -> None:
    old = factories.make_plot("Cũ", valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("Mới", plot=old.plot, valid_from=date(2025, 7, 1))

    versions = registry.get("toy_plots").query(ANYONE).versions(old.plot)

    assert [(v.feature.attributes["name"], v.starts, v.ends) for v in versions] == [
        ("Cũ", date(2025, 1, 1), date(2025, 7, 1)),
        ("Mới", date(2025, 7, 1), None),
    ]


def test_a_restricted_attribute_is_found_by_who_may(
    unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer
) -> None:
    own = factories.make_visit(commune=unit, phone="0905123456")
    factories.make_visit(commune=other_unit, phone="0905123457")
    visits = registry.get("toy_visits")

    assert [hit.feature.id for hit in visits.query(keeper).search_restricted("phone", "0905123456", 10)] == [own.pk]
    with pytest.raises(UnknownAttribute):
        visits.query(watcher).search_restricted("phone", "0905123456", 10)


def test_what_may_be_read_depends_on_the_row(unit: Any, other_unit: Any) -> None:
    wide = factories.make_viewer("toy_keeper", "toy_watcher", units=(unit, other_unit))
    visit = factories.make_visit(commune=unit)

    assert "phone" in registry.get("toy_visits").query(wide).readable_on(visit.pk)
