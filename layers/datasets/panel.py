"""What opens on a click: the values a feature has. Sparse files leave most attributes empty; those are not listed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from layers.core import Actions, KeyValue, Note, Panel, Quantity, Text, Viewer
from layers.datasets.models import DatasetFeature
from layers.datasets.schema import Property

EMPTY = Text(vi="Tệp không cho biết gì về đối tượng này.", en="The file says nothing about this feature.")


def panel_of(properties: Sequence[Property], title_attribute: str | None, layer_title: Text) -> Callable[..., Panel]:
    """The panel function of a dataset's layer."""

    def panel(row: DatasetFeature, viewer: Viewer, at: datetime | None = None) -> Panel:
        rows = [(Text(vi=p.vi, en=p.en), _cell(p, row.props[p.name])) for p in properties if p.name in row.props]
        return Panel(
            title=str(row.props.get(title_attribute or "") or layer_title.to(viewer.language)),
            updated_at=row.updated_at,
            blocks=[KeyValue(rows=rows) if rows else Note(text=EMPTY), Actions()],
        )

    return panel


def _cell(one: Property, value: Any) -> Any:
    if one.type == "datetime" and (moment := parse_datetime(str(value))) is not None:
        return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
    if one.type == "date" and (day := parse_date(str(value))) is not None:
        return f"{day:%d/%m/%Y}"
    if one.type in {"integer", "number"} and (one.unit or one.precision is not None):
        return Quantity(value=value, unit=one.unit, precision=one.precision)
    return value
