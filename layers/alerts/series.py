"""A feature's numbers over time, as its layer's metrics give them: what late values and back-tests are read from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from layers.alerts.rules.fold import Values
from layers.core.declaration import Declaration
from layers.core.errors import UnknownFeature
from layers.core.layer import Layer
from layers.core.metric import Metric
from layers.core.viewer import HOUSE, Viewer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    """Whole microseconds since 1970-01-01 UTC."""
    return (at - EPOCH) // MICROSECOND


def from_us(at_us: int) -> datetime:
    """The time again, UTC."""
    return EPOCH + at_us * MICROSECOND


def metric_of(layer: Declaration, name: str) -> Metric | None:
    """The metric of this name."""
    return next((metric for metric in layer.metrics if metric.name == name), None)


class Reader:
    """The series of one feature; an instance is the `History` of its track."""

    def __init__(self, layer: Layer, feature_id: int, metrics: Sequence[str], viewer: Viewer = HOUSE) -> None:
        """Name the feature and its metrics, in the order of the program's places, and who reads."""
        self.layer, self.feature_id, self.metrics, self.viewer = layer, feature_id, metrics, viewer

    def __call__(self, after: int, until: int) -> Iterator[tuple[int, Values]]:
        """The instants in (after, until], µs; nothing where the feature is gone."""
        try:
            row = self.layer.query(self.viewer).row(self.feature_id)
        except UnknownFeature:
            return
        yield from self.of(row, after, until)

    def of(self, row: Any, after: int, until: int) -> Iterator[tuple[int, Values]]:
        """The same, of a row at hand."""
        start, end = from_us(after + 1), from_us(until + 1)
        found: list[tuple[int, int, float]] = []
        for place, name in enumerate(self.metrics):
            metric = metric_of(self.layer, name)
            if metric is not None and metric.series is not None:
                points = metric.series(row, start, end)
                found += [(to_us(at), place, float(value)) for at, value in points if value is not None]
        found.sort()
        for at, values in groupby(found, key=lambda one: one[0]):
            yield at, {place: value for _, place, value in values}
