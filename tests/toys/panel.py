"""Panels of the toys: every kind of reference the server fills in, and a chart with a gap."""

from datetime import datetime, timedelta

from layers.core import (
    Actions,
    Chart,
    KeyValue,
    Link,
    Note,
    Panel,
    Quantity,
    Related,
    Series,
    Stat,
    State,
    Table,
    Text,
    Timeline,
    TimelineEntry,
    Viewer,
)
from layers.core.panel import Column
from tests.toys.everything import everything
from tests.toys.models import ToyPlot, ToyVisit, VisitKind


def plot_panel(plot: ToyPlot, viewer: Viewer, at: datetime | None = None) -> Panel:
    """How large a plot is, what is known about it, who came by."""
    return Panel(
        title=plot.name,
        updated_at=plot.updated_at,
        state=State(text=Text(vi="Hiện hành", en="Current") if plot.is_current else Text(vi="Đã qua", en="Past")),
        blocks=[
            Stat(title=Text(vi="Diện tích", en="Area"), value=plot.area_m2, unit="m²", precision=1),
            KeyValue.of(plot),
            KeyValue(
                title=Text(vi="Khác", en="More"),
                rows=[
                    (Text(vi="Tính lại", en="Computed"), Quantity(value=plot.area_m2, unit="m²", precision=1)),
                    (Text(vi="Hồ sơ", en="File"), Link(href="/", text=Text(vi="Mở", en="Open"))),
                ],
            ),
            Related(layer="toy_visits", title=Text(vi="Lượt đến gần đây", en="Visits nearby"), within_m=2_000),
            Actions(),
        ],
    )


def visit_panel(visit: ToyVisit, viewer: Viewer) -> Panel:
    """The visit, a made-up day of numbers, and what may be done; a repair's shows every kind of block."""
    if visit.kind == VisitKind.REPAIR:
        return everything(visit)
    hours = [visit.at + timedelta(hours=n) for n in range(4)]
    points = [(hour, None if n == 2 else float(n)) for n, hour in enumerate(hours)]
    return Panel(
        title=visit.name,
        updated_at=visit.updated_at,
        blocks=[
            Note(text=Text(vi="Chỉ để thử.", en="For tests only.")),
            KeyValue.of(visit),
            Chart(title=Text(vi="Trong ngày", en="Over the day"), series=[Series(name="n", points=points, unit="m")]),
            Table(title=Text(vi="Bảng", en="Table"), columns=[Column(name="n", title="n", numeric=True)], rows=[[1]]),
            Timeline(entries=[TimelineEntry(at=visit.at, title=Text(vi="Đến", en="Came"))]),
            Related(layer="toy_plots", within_m=5_000),
            Actions(),
        ],
    )
