"""Rows by COPY: stored as the ORM would, announced by the journal, with keys where they are wanted beforehand."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from layers.core.bulk import copy_rows, read_rows, reserve_keys
from tests.toys import factories
from tests.toys.models import ToyDatasetFeature, ToyPlot, ToyUnit, ToyVisit

pytestmark = pytest.mark.django_db


def test_copied_rows_read_back_as_they_were() -> None:
    plot = ToyPlot(
        plot=77, name="Thửa “7”\t\\N\n", use=None, area_m2=12.5, valid_from="2025-01-01", geom=factories.square()
    )

    number = copy_rows(ToyPlot, [plot])

    stored = ToyPlot.objects.get(plot=77)
    assert number == 1
    assert (stored.name, stored.use, stored.area_m2, stored.version) == (plot.name, None, 12.5, 1)
    assert stored.geom.equals_exact(plot.geom)
    assert (stored.geom.srid, stored.updated_at) == (4326, plot.updated_at)


def test_json_and_nothing_at_all() -> None:
    dataset = factories.make_dataset(rows=0)

    copy_rows(
        ToyDatasetFeature, [ToyDatasetFeature(dataset=dataset, props={"name": "Chậu"}, geom=Point(106, 11, srid=4326))]
    )

    assert ToyDatasetFeature.objects.get().props == {"name": "Chậu"}
    assert copy_rows(ToyVisit, []) == 0


def test_reserved_keys_name_rows_before_they_are_stored() -> None:
    keys = reserve_keys(ToyUnit, 2)

    copy_rows(ToyUnit, [ToyUnit(pk=key, code=f"c{key}", name="Xã") for key in keys])
    later = ToyUnit.objects.create(code="later", name="Xã")

    assert list(ToyUnit.objects.order_by("pk").values_list("pk", flat=True)) == [*keys, later.pk]


def test_the_journal_sees_copied_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from map_change")

    copy_rows(ToyPlot, [ToyPlot(plot=n, name="x", valid_from="2025-01-01", geom=factories.square()) for n in (1, 2)])

    with connection.cursor() as cursor:
        cursor.execute("select sum(rows) from map_change where layer = 'toy_plots'")
        assert cursor.fetchone() == (2,)


def test_rows_read_at_once_are_those_of_the_orm() -> None:
    visits = [factories.make_visit(name) for name in ("Một", "Hai")]
    found = ToyVisit.objects.filter(pk__in=[visit.pk for visit in visits]).order_by("pk")

    rows = read_rows(found.values_list("pk", "name", "score", "at"))

    assert rows == list(found.values_list("pk", "name", "score", "at"))
    assert all(at.utcoffset() is not None for *_, at in rows)
