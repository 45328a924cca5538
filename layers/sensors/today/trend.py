"""The index of the last 24 hours as a small drawing: a line that breaks where there was none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 240, 44
MARGIN = 4
LEAST_TOP = 100
"""The scale reaches at least here, so that clean air looks clean."""

Hour = tuple[datetime, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What is drawn, in a box of `WIDTH` × `HEIGHT`.

    Attributes:
        lines: points of each unbroken line, as SVG writes them.
        dots: hours that stand alone.
        last: place of the newest hour that has a value.
        low, high: the least and the most, with their hours; None where there is no value.
        missing: hours without a value.
    """

    lines: tuple[str, ...] = ()
    dots: tuple[tuple[float, float], ...] = ()
    last: tuple[float, float] | None = None
    low: tuple[int, datetime] | None = None
    high: tuple[int, datetime] | None = None
    missing: int = 0


def trend(hours: Sequence[Hour]) -> Trend:
    """The drawing of consecutive hours, oldest first."""
    known = [(value, at) for at, value in hours if value is not None]
    if not known:
        return Trend(missing=len(hours))
    top = max(LEAST_TOP, *(value for value, _ in known))
    step = (WIDTH - 2 * MARGIN) / max(len(hours) - 1, 1)

    def place(at: int, value: int) -> tuple[float, float]:
        return round(MARGIN + at * step, 1), round(HEIGHT - MARGIN - value / top * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for at, (_, value) in enumerate(hours):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place(at, value))
    return Trend(
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=next(run[-1] for run in reversed(runs) if run),
        low=min(known),
        high=max(known),
        missing=len(hours) - len(known),
    )
