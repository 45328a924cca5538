"""The ledger: whatever is registered, corrected and undone, every "as of" and "as known" answer stays what it was."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from land_records.ledger import entry, undo
from land_records.models import Parcel, ParcelUse, Transaction
from land_records.terms import TransactionKind
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, registry
from layers.core.errors import Conflict, Invalid
from tests.land_records.conftest import WARD
from tests.land_records.test_layer import make_parcel

BEGAN = date(2016, 1, 1)
USES = ("ONT", "CLN", "LUC", "HNK")


@pytest.fixture
def parcel(communes: dict[str, AdminUnit]) -> Parcel:
    made = make_parcel(communes[WARD], 12, 125, land_use="CLN")
    ParcelUse.objects.create(parcel=made, code="CLN", area_m2=Decimal("120.5"))
    return made


def change(parcel: Parcel, use: str, on: date) -> Transaction:
    with entry(TransactionKind.CHANGE_OF_USE, ANYONE, effective_on=on) as made:
        made.revise(
            Parcel.objects.current().get(su_id=parcel.su_id),
            {"land_use": use},
            uses=[ParcelUse(code=use, area_m2=parcel.recorded_area_m2)],
        )
        return made.transaction


def use_on(parcel: Parcel, on: date, known_at: datetime | None = None) -> tuple[str, list[str]] | None:
    """The use as printed and in the list of uses."""
    row = Parcel.objects.as_of(on, known_at).filter(su_id=parcel.su_id).first()
    return (row.land_use, [use.code for use in row.uses.all()]) if row else None


def test_a_change_holds_from_its_day_and_the_day_before_is_as_it_was(parcel: Parcel) -> None:
    before = timezone.now()
    change(parcel, "ONT", date(2025, 9, 15))

    assert use_on(parcel, date(2025, 9, 14)) == ("CLN", ["CLN"])
    assert use_on(parcel, date(2025, 9, 15)) == ("ONT", ["ONT"])
    assert use_on(parcel, date(2025, 9, 15), before) == ("CLN", ["CLN"])
    assert use_on(parcel, BEGAN - timedelta(days=1)) is None


def test_a_change_on_the_first_day_leaves_nothing_of_the_former_in_valid_time(parcel: Parcel) -> None:
    change(parcel, "ONT", BEGAN)

    assert use_on(parcel, BEGAN) == ("ONT", ["ONT"])
    assert Parcel.objects.filter(su_id=parcel.su_id, recorded_to__isnull=True).count() == 1


def test_undoing_says_again_what_was_said_and_remembers_the_error(parcel: Parcel) -> None:
    done = change(parcel, "ONT", date(2025, 9, 15))
    meanwhile = timezone.now()
    undo(done, ANYONE, reason="Nhầm thửa")

    assert use_on(parcel, date(2025, 9, 15)) == ("CLN", ["CLN"])
    assert use_on(parcel, date(2025, 9, 15), meanwhile) == ("ONT", ["ONT"])
    with pytest.raises(Conflict):
        undo(done, ANYONE, reason="Lần nữa")


def test_what_others_build_on_is_undone_last(parcel: Parcel) -> None:
    first = change(parcel, "ONT", date(2025, 9, 15))
    second = change(parcel, "LUC", date(2025, 10, 1))

    with pytest.raises(Conflict):
        undo(first, ANYONE, reason="")
    undo(second, ANYONE, reason="")
    undo(first, ANYONE, reason="")

    assert use_on(parcel, date(2025, 10, 1)) == ("CLN", ["CLN"])


def test_a_day_to_come_and_a_day_before_the_last_change_are_refused(parcel: Parcel) -> None:
    change(parcel, "ONT", date(2025, 9, 15))

    with pytest.raises(Invalid) as earlier:
        change(parcel, "LUC", date(2025, 9, 1))
    with pytest.raises(Invalid) as ahead:
        change(parcel, "LUC", timezone.now().date() + timedelta(days=2))

    assert earlier.value.field == ahead.value.field == "effective_on"
    assert Transaction.objects.count() == 1


def test_a_version_ended_meanwhile_is_not_ended_twice(parcel: Parcel) -> None:
    change(parcel, "ONT", date(2025, 9, 15))

    with pytest.raises(Conflict), entry(TransactionKind.CHANGE_OF_USE, ANYONE) as made:
        made.revise(parcel, {"land_use": "LUC"})

    assert use_on(parcel, date(2025, 9, 15)) == ("ONT", ["ONT"])


def test_both_times_can_be_asked_on_the_map(parcel: Parcel) -> None:
    # the map knows whole days: what was recorded today is asked as of tomorrow
    Parcel.objects.update(recorded_from=timezone.now() - timedelta(days=400))
    change(parcel, "ONT", date(2025, 9, 15))
    layer: Any = registry.get("parcels")
    today, tomorrow = timezone.now(), timezone.now() + timedelta(days=1)
    (old, new) = (datetime(2025, 9, day, 12, tzinfo=today.tzinfo) for day in (14, 15))

    def use(**times: datetime) -> Any:
        return layer.query(ANYONE, **times).get(parcel.su_id).attributes["land_use"]

    assert [use(), use(at=old), use(at=new)] == ["ONT", "CLN", "ONT"]
    assert [use(at=new, known_at=today), use(at=new, known_at=tomorrow)] == ["CLN", "ONT"]
    assert len(layer.query(ANYONE).versions(parcel.su_id)) == 3


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_answer_every_question_as_a_replay_does(parcel: Parcel, seed: int) -> None:
    random_ = random.Random(seed)
    standing: list[tuple[Transaction, date, str]] = []
    known: list[tuple[datetime, Mapping[date, str]]] = [(timezone.now(), {BEGAN: "CLN"})]
    for _ in range(12):
        if standing and random_.random() < 0.35:
            undo(standing.pop()[0], ANYONE, reason="")
        else:
            least = standing[-1][1] if standing else BEGAN
            on = least + timedelta(days=random_.choice([0, 0, 1, 40]))
            use = random_.choice(USES)
            standing.append((change(parcel, use, on), on, use))
        known.append((timezone.now(), {BEGAN: "CLN", **{on: use for _, on, use in standing}}))

    days = sorted({day + timedelta(days=more) for _, state in known for day in state for more in (-1, 0, 1)})
    for moment, state in known:
        for day in days:
            held = [use for since, use in sorted(state.items()) if since <= day]
            expected = (held[-1], [held[-1]]) if held else None
            assert use_on(parcel, day, moment) == expected, (seed, day, moment)
