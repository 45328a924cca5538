"""Form 05: rows add up to the first day, columns to the second, whatever was registered between."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import shapely
from django.utils import timezone

from land_records.models import MapSheet, Parcel, ParcelUse, Right
from land_records.statistics.areas import areas, areas_by_code, by_code, leaves
from land_records.statistics.form_05 import hectares
from land_records.statistics.matrix import Period, matrices
from land_records.statistics.reconciliation import explained, reconciled
from land_records.statistics.transition import OTHER, Lot, columns, rows, transition
from land_records.transactions import Filing, Use, change_of_use, correct, merge, split, undo_last
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE
from tests.land_records.transactions.cadastre import Cadastre
from tests.land_records.transactions.conftest import BEGAN, Draw, square

WEST, SOUTH = 571_900.0, 1_278_036.0
DAY = date(2025, 9, 15)
BEFORE = DAY - timedelta(days=1)


def filing(on: date = DAY) -> Filing:
    return Filing(by=ANYONE, effective_on=on, reason="Thử")


def on(day: date, known_at: datetime | None = None) -> dict[str, int]:
    """Recorded tenths by code, straight from the register."""
    found: dict[str, int] = {}
    for use in ParcelUse.objects.filter(parcel__in=Parcel.objects.as_of(day, known_at)):
        found[use.code] = found.get(use.code, 0) + int(use.area_m2 * 10)
    return found


def must_hold(start: date, end: date, known_at: datetime | None = None) -> dict[tuple[str, str], int]:
    """The matrix of the one commune; it adds up both ways and nothing in it is negative."""
    before, after = Parcel.objects.as_of(start, known_at), Parcel.objects.as_of(end, known_at)
    period = Period(since=start, on=end, before=before, after=after, starts=areas_by_code(before))
    found = matrices(period)
    assert len(found) <= 1
    cells = dict(next(iter(found.values()), {}))
    assert min(cells.values(), default=0) >= 0
    assert {code: much for code, much in rows(cells).items() if code != OTHER} == on(start, known_at)
    assert {code: much for code, much in columns(cells).items() if code != OTHER} == on(end, known_at)
    return cells


def test_a_split_moves_nothing(draw: Draw) -> None:
    parcel = draw(125, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    line = shapely.LineString([(WEST + 40, SOUTH - 10), (WEST + 40, SOUTH + 110)])
    uses = [[Use(code="ONT", area_m2=Decimal(400)), Use(code="CLN")], [Use(code="CLN")]]
    split(parcel.su_id, filing(), line=line, uses=uses)

    assert must_hold(BEFORE, DAY) == {("ONT", "ONT"): 4_000, ("CLN", "CLN"): 96_000}


def test_a_change_of_use_keeps_what_it_can(draw: Draw) -> None:
    parcel = draw(125, square(WEST, SOUTH), uses=[("ONT", "400"), ("CLN", "9600")])
    uses = [Use(code="ONT", area_m2=Decimal(1_000)), Use(code="CLN", area_m2=Decimal(5_000)), Use(code="SKC")]
    change_of_use(parcel.su_id, filing(), uses=uses)

    assert must_hold(BEFORE, DAY) == {
        ("ONT", "ONT"): 4_000,
        ("CLN", "CLN"): 50_000,
        ("CLN", "ONT"): 6_000,
        ("CLN", "SKC"): 40_000,
    }


def test_a_corrected_area_is_gained_and_a_new_parcel_too(draw: Draw) -> None:
    parcel = draw(125, square(WEST, SOUTH))
    correct(parcel.su_id, filing(), recorded_area_m2=Decimal("10004.5"))
    draw(126, square(WEST + 500, SOUTH, 10), uses=[("LUC", "100")], began=DAY)

    assert must_hold(BEFORE, DAY) == {("CLN", "CLN"): 100_000, (OTHER, "CLN"): 45, (OTHER, "LUC"): 1_000}
    with pytest.raises(ValueError, match="2025-09-14"):
        must_hold(DAY, BEFORE)


def test_before_anything_was_registered_all_is_gained(draw: Draw) -> None:
    draw(125, square(WEST, SOUTH))

    assert must_hold(BEGAN - timedelta(days=1), DAY) == {(OTHER, "CLN"): 100_000}


def test_what_an_undone_transaction_moved_is_known_as_of_then(draw: Draw) -> None:
    parcel = draw(125, square(WEST, SOUTH))
    before = timezone.now()
    change_of_use(parcel.su_id, filing(), uses=[Use(code="SKC")])
    meanwhile = timezone.now()
    undo_last(parcel.su_id, ANYONE, reason="Nhầm")

    assert must_hold(BEFORE, DAY) == must_hold(BEFORE, DAY, before) == {("CLN", "CLN"): 100_000}
    assert must_hold(BEFORE, DAY, meanwhile) == {("CLN", "SKC"): 100_000}


def test_many_uses_go_in_proportion() -> None:
    shape = shapely.box(0, 0, 100, 100)
    cells = transition(
        [Lot(su_id=1, uses={"LUC": 60_000, "CLN": 40_000}, shape=shape)],
        [Lot(su_id=1, uses={"SKC": 25_000, "ONT": 75_000}, shape=shape)],
    )

    assert cells == {
        ("LUC", "SKC"): 15_000, ("LUC", "ONT"): 45_000, ("CLN", "SKC"): 10_000, ("CLN", "ONT"): 30_000,
    }  # fmt: skip


def test_a_border_that_moved_takes_its_use_along() -> None:
    olds = [Lot(su_id=1, uses={"LUC": 100_000}, shape=shapely.box(0, 0, 100, 100)),
            Lot(su_id=2, uses={"ONT": 100_000}, shape=shapely.box(100, 0, 200, 100))]  # fmt: skip
    news = [Lot(su_id=1, uses={"LUC": 90_000}, shape=shapely.box(0, 0, 90, 100)),
            Lot(su_id=2, uses={"ONT": 110_000}, shape=shapely.box(90, 0, 200, 100))]  # fmt: skip

    assert transition(olds, news) == {("LUC", "LUC"): 90_000, ("LUC", "ONT"): 10_000, ("ONT", "ONT"): 100_000}


@pytest.mark.parametrize("seed", range(200))
def test_random_partitions_add_up(seed: int) -> None:
    """Two divisions of the same ground, recorded areas off by a little, uses at random."""
    chance = random.Random(seed)
    olds, news = _strips(chance), _strips(chance)

    cells = transition(olds, news)

    assert min(cells.values()) > 0
    for lots, margin in ((olds, rows(cells)), (news, columns(cells))):
        sums: dict[str, int] = {}
        for lot in lots:
            for code, tenths in lot.uses.items():
                sums[code] = sums.get(code, 0) + tenths
        assert {code: tenths for code, tenths in margin.items() if code != OTHER} == sums


def _strips(chance: random.Random) -> list[Lot]:
    ends = sorted({0.0, 1_000.0, *(round(chance.uniform(0, 1_000), 2) for _ in range(chance.randrange(8)))})
    lots = []
    for number, (west, east) in enumerate(pairwise(ends)):
        codes = chance.sample(["LUC", "CLN", "ONT", "SKC", "DGT"], chance.randrange(1, 4))
        uses = {code: chance.randrange(1, 1 + int((east - west) * 1_200 / len(codes) + 1)) for code in codes}
        lots.append(Lot(su_id=number, uses=uses, shape=shapely.box(west, 0, east, 100)))
    return lots


@pytest.mark.parametrize("seed", range(3))
def test_random_transactions_add_up_between_any_two_days(sheet: MapSheet, seed: int) -> None:
    cadastre = Cadastre(sheet, seed)
    for _ in range(25):
        cadastre.step()
    days = sorted({BEGAN, *(event.on for event in cadastre.events), timezone.localdate()})
    moments = [moment for moment, _ in cadastre.known]
    chance = random.Random(seed)
    communes = AdminUnit.objects.filter(pk=sheet.commune_id)
    moved = 0
    for _ in range(12):
        start, end = sorted((chance.choice(days), chance.choice(days)))
        known_at = chance.choice([None, chance.choice(moments)])
        cells = must_hold(start, end, known_at)
        moved += sum(tenths for (before, after), tenths in cells.items() if before != after)
        assert cells.get((OTHER, OTHER), 0) == 0
        kinds = explained(start, end, communes, known_at).get(sheet.commune_id, {})
        assert all(one.unexplained == 0 for one in reconciled(cells, kinds).values()), (start, end, known_at)
        first = areas(Parcel.objects.as_of(start, known_at), Right.objects.all()).get(sheet.commune_id, {})
        printed = {code: sum(kinds.values()) for code, kinds in leaves(first).items()}
        assert {code: steps for code, steps in rows(hectares(cells)).items() if code != OTHER} == printed
        held = areas(Parcel.objects.as_of(end, known_at), Right.objects.all())
        assert by_code(held[sheet.commune_id]) == on(end, known_at)
    assert moved > 0


def test_a_merge_of_two_uses_keeps_both(draw: Draw) -> None:
    one = draw(125, square(WEST, SOUTH), uses=[("LUC", "10000")])
    two = draw(126, square(WEST + 100, SOUTH), uses=[("CLN", "10000")])
    merge([one.su_id, two.su_id], filing())

    assert must_hold(BEFORE, DAY) == {("LUC", "LUC"): 100_000, ("CLN", "CLN"): 100_000}


def test_what_came_by_no_transaction_is_unexplained(draw: Draw, sheet: MapSheet) -> None:
    parcel = draw(125, square(WEST, SOUTH))
    draw(126, square(WEST + 500, SOUTH, 10), uses=[("LUC", "100")], began=DAY)
    change_of_use(parcel.su_id, filing(), uses=[Use(code="SKC")])
    cells = must_hold(BEFORE, DAY)
    kinds = explained(BEFORE, DAY, AdminUnit.objects.filter(pk=sheet.commune_id))[sheet.commune_id]

    assert {kind: (len(one.transactions), one.tenths) for kind, one in kinds.items()} == {
        "change_of_use": (1, {"CLN": -100_000, "SKC": 100_000})
    }
    assert {code: one.unexplained for code, one in reconciled(cells, kinds).items()} == {
        "CLN": 0, "LUC": 1_000, "SKC": 0,
    }  # fmt: skip
