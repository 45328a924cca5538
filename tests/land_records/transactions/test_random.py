"""Random transactions: area and coverage are conserved, nothing overlaps, the past answers as a replay does.

`GEO_IOC_RANDOM_TRANSACTIONS` says how many in all; a few hundred where it is not set.
"""

import os

import pytest

from land_records.models import MapSheet
from tests.land_records.transactions.cadastre import Cadastre

STEPS = 40
SEEDS = range(max(1, int(os.environ.get("GEO_IOC_RANDOM_TRANSACTIONS", "240")) // STEPS))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_transactions_conserve_the_ground_and_answer_for_their_past(sheet: MapSheet, seed: int) -> None:
    cadastre = Cadastre(sheet, seed)
    for _ in range(STEPS):
        cadastre.step()
        cadastre.must_be_whole()

    asked = cadastre.must_answer_as_a_replay()
    print(f"seed {seed}: {asked} answers; {dict(sorted(cadastre.counts.items()))}")  # noqa: T201
    assert asked > 2
    assert sum(number for what, number in cadastre.counts.items() if not what.startswith("refused")) > STEPS / 3
