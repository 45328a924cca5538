"""Numbers of a feature that rules may watch and back-test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from layers.core.text import Text

Series = Callable[[Any, datetime, datetime], Iterable[tuple[datetime, float | None]]]
"""`series(row, start, end)`: the values over [start, end), in order, None where there is none."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A declared number; `Observed` events name it."""

    name: str
    title: Text
    unit: str | None = None
    series: Series | None = None
