"""A toy's numbers over time."""

from collections.abc import Iterable
from datetime import datetime

from tests.toys.models import ToyScore, ToyVisit


def scores(visit: ToyVisit, start: datetime, end: datetime) -> Iterable[tuple[datetime, float | None]]:
    """A visit's scores over [start, end)."""
    return ToyScore.objects.filter(visit=visit, at__gte=start, at__lt=end).order_by("at").values_list("at", "value")
