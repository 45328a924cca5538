"""The journal forgets after a day and says how far back it reaches."""

from datetime import timedelta

import pytest
from django.db import connection

from layers.core import journal
from tests.toys import factories

pytestmark = pytest.mark.django_db


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select horizon::text::bigint from map_journal")
        return int((cursor.fetchone() or (0,))[0])


def test_old_entries_go_and_the_horizon_passes_them() -> None:
    factories.make_plot()
    before = _horizon()
    with connection.cursor() as cursor:
        cursor.execute("update map_change set at = at - interval '2 days'")

    gone = journal.prune()

    assert gone >= 1
    assert _horizon() > before
    assert journal.prune() == 0


def test_fresh_entries_stay() -> None:
    factories.make_plot()

    journal.prune(timedelta(hours=1))

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from map_change where layer = 'toy_plots'")
        assert cursor.fetchone() == (1,)
