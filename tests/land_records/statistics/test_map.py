"""What is kept of a commune's land is what the register says, and the map and its panel print what the forms print."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.utils import timezone

from land_records.models import ChangedCommune, CommuneLand, Parcel, Right
from land_records.officers import LAND_OFFICER
from land_records.statistics.areas import areas, by_code, form, leaves
from land_records.statistics.figures import Figures, year_before
from land_records.statistics.kept import is_behind, keep_up, on_day
from land_records.transactions import Filing, Use, change_of_use, undo_last
from layers.admin_units.models import AdminUnit, Boundary, Level, Source
from layers.core import ANYONE, Viewer, registry
from layers.core.panel import to_json
from layers.core.time import LOCAL
from tests.land_records.conftest import COMMUNE
from tests.land_records.transactions.conftest import Draw, square

WEST, SOUTH = 571_900.0, 1_278_036.0
DAY = date(2025, 9, 15)
OFFICE = "/api/land/statistics/"


@pytest.fixture
def commune(communes: dict[str, AdminUnit]) -> AdminUnit:
    """The commune that parcels are drawn in, with a boundary."""
    unit = communes[COMMUNE]
    ring = Polygon.from_bbox((106.0, 11.3, 106.3, 11.7))
    ring.srid = 4326
    Boundary.objects.create(
        unit=unit,
        level=Level.COMMUNE.value,
        valid_from=date(2025, 7, 1),
        is_current=True,
        geom=MultiPolygon(ring, srid=4326),
        label_point=Point(106.1, 11.5, srid=4326),
        computed_area_km2=1_000.0,
        source=Source.ILLUSTRATIVE.value,
        place_precision="exact",
        updated_at=timezone.now(),
    )
    return unit


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def shown(day: date | None = None) -> dict[str, Any]:
    """The one feature of the layer."""
    layer: Any = registry.get("land_statistics")
    (shape,) = layer.query(ANYONE, at=noon(day) if day else None).shapes
    values: dict[str, Any] = shape.attributes
    return values


def panel(viewer: Viewer, unit: AdminUnit, day: date | None = None) -> dict[str, Any]:
    layer: Any = registry.get("land_statistics")
    at = noon(day) if day else None
    said: dict[str, Any] = to_json(layer.panel(layer.query(viewer, at=at).get(unit.pk), viewer, at=at), "vi")
    return said


def test_of_any_day_it_is_what_the_register_says(commune: AdminUnit, draw: Draw) -> None:
    dice = random.Random(8)
    parcels = [
        draw(number, square(WEST + 200 * number, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
        for number in range(1, 5)
    ]
    days = [DAY + timedelta(days=gap) for gap in range(0, 60, 7)]
    for day in days:
        homes = Decimal(dice.randrange(1, 9_000))
        change_of_use(
            dice.choice(parcels).su_id,
            Filing(by=ANYONE, effective_on=day),
            uses=[Use(code="ONT", area_m2=homes), Use(code=dice.choice(["CLN", "LUC", "SKC"]))],
        )
        if dice.random() < 0.5:
            keep_up()
    keep_up()

    for day in [*days, *(day - timedelta(days=1) for day in days)]:
        rows = Parcel.objects.as_of(day)
        said = areas(rows, Right.objects.as_of(day))[commune.pk]
        kept = on_day(day).get()
        assert kept.areas == by_code(said)
        assert (kept.parcels, kept.certified) == (len(rows), len(rows.filter(status="certified")))
        printed = {row.code: row.total for row in form([leaves(said)])}
        assert Figures.of(kept).steps == {code: step for code, step in printed.items() if code}
        assert Figures.of(kept).total == printed[""]
    assert on_day(None).get().until is None
    assert not on_day(date(1990, 1, 1)).exists()


def test_whatever_changes_a_parcel_is_noted_and_what_stays_is_not_written(commune: AdminUnit, draw: Draw) -> None:
    parcel = draw(1, square(WEST, SOUTH), uses=[("CLN", "10000")])
    assert is_behind(commune.pk)
    assert keep_up() == 1
    assert not is_behind(commune.pk)

    def after(statement: str) -> tuple[bool, int, Counter[str]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [parcel.pk])
        behind, written = is_behind(commune.pk), keep_up()
        return behind, written, Counter(on_day(None).get().areas)

    uses, parcels = "land_records_parceluse", "land_records_parcel"
    assert after(f"update {parcels} set address = 'x' where id = %s") == (True, 0, Counter(CLN=100_000))
    assert after(f"update {uses} set area_m2 = 9000 where parcel_id = %s") == (True, 2, Counter(CLN=90_000))
    assert after(f"delete from {uses} where parcel_id = %s")[1] == 2
    assert on_day(None).get().areas == {"CLN": int(parcel.recorded_area_m2 * 10)}
    with connection.cursor() as cursor:
        for table, column in (("survey", "parcel_id"), ("parcel", "id")):
            cursor.execute(f"delete from land_records_{table} where {column} = %s", [parcel.pk])
    assert keep_up() == 1
    assert not CommuneLand.objects.exists()
    assert not ChangedCommune.objects.exists()


def test_the_map_before_and_after_a_change_and_its_undoing(commune: AdminUnit, draw: Draw) -> None:
    parcel = draw(1, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    change_of_use(
        parcel.su_id,
        Filing(by=ANYONE, effective_on=DAY),
        uses=[Use(code="ONT", area_m2=Decimal(1_400)), Use(code="CLN")],
    )
    keep_up()

    before, after = shown(DAY - timedelta(days=1)), shown(DAY)
    assert (before["land"], after["land"]) == (1.0, 1.0)
    assert (before["residential"], after["residential"]) == (0.04, 0.14)
    assert (after["agricultural_share"], after["residential_share"]) == (86.0, 14.0)
    assert (before["agricultural_change"], after["agricultural_change"]) == (0.0, -0.1)
    assert shown(DAY.replace(year=DAY.year + 1))["agricultural_change"] == 0.0
    assert "CNV" not in str(after)

    undo_last(parcel.su_id, ANYONE, reason="Thử")
    keep_up()
    assert shown(DAY)["residential"] == 0.04


def test_the_panel_is_form_01_and_only_the_land_office_gets_the_files(
    commune: AdminUnit, draw: Draw, ask: Callable[[Viewer], Any]
) -> None:
    draw(1, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    keep_up()
    officer = Viewer(
        user="officer", user_id=1, roles=frozenset({LAND_OFFICER.slug}), units=frozenset({commune.pk}), language="vi"
    )
    elsewhere = Viewer(user="other", user_id=2, roles=frozenset({LAND_OFFICER.slug}), units=frozenset({-1}))

    said = panel(officer, commune, DAY)
    (table,) = (block for block in said["blocks"] if block["type"] == "table")
    assert [row[1] for row in table["rows"]] == ["", "NNP", "CLN", "PNN", "OTC", "ONT"]
    assert [row[2] for row in table["rows"]] == [1.0, 0.96, 0.96, 0.04, 0.04, 0.04]
    assert said["blocks"][0]["value"] == 1.0
    (chart,) = (block for block in said["blocks"] if block["type"] == "chart")
    assert [one["points"][-1][1] for one in chart["series"]] == [0.96, 0.04, 0.0]
    assert f"{OFFICE}01.xlsx?on=2025-09-15&commune={COMMUNE}" in str(said)
    assert f"{OFFICE}05.xlsx?on=2025-09-15&commune={COMMUNE}&lang=vi&since=2024-09-15" in str(said)
    for viewer in (ANYONE, elsewhere):
        assert OFFICE not in str(panel(viewer, commune, DAY))
    listed = ask(ANYONE).get("/api/layers/land_statistics/features").json()["features"]
    assert [(one["id"], one["properties"]["land"]) for one in listed] == [(commune.pk, 1.0)]


def test_the_panel_says_that_it_is_behind(commune: AdminUnit, draw: Draw) -> None:
    draw(1, square(WEST, SOUTH), uses=[("CLN", "10000")])
    keep_up()
    assert "đang được cộng lại" not in str(panel(ANYONE, commune))
    draw(2, square(WEST + 200, SOUTH), uses=[("CLN", "10000")])

    assert "đang được cộng lại" in str(panel(ANYONE, commune))


@pytest.mark.parametrize(("day", "before"), [((2028, 2, 29), (2027, 2, 28)), ((2026, 3, 1), (2025, 3, 1))])
def test_a_year_before(day: tuple[int, int, int], before: tuple[int, int, int]) -> None:
    assert year_before(date(*day)) == date(*before)
