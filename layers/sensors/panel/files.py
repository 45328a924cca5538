"""What of a station can be taken away as a file."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from layers.core import KeyValue, Link, Text
from layers.core.time import LOCAL
from layers.sensors.models import Span
from layers.sensors.panel.part import DAY, MONTH, WEEK, Look

TITLE = Text(vi="Tải số liệu", en="Download")
CSV = Text(vi="Tệp CSV", en="CSV file")


def files(look: Look) -> Iterator[KeyValue]:
    """Readings and means up to the time looked at, as CSV."""
    if not look.streams:
        return
    base = f"/api/stations/{look.station.pk}"
    end = look.now.astimezone(LOCAL).replace(microsecond=0)
    asked: tuple[tuple[Text, str, timedelta, dict[str, str]], ...] = (
        (Text(vi="Số đo 7 ngày", en="Readings, 7 days"), "readings", WEEK, {}),
        (Text(vi="Trung bình giờ 30 ngày", en="Hourly means, 30 days"), "means", MONTH, {"span": Span.HOUR.value}),
        (Text(vi="Trung bình ngày 1 năm", en="Daily means, 1 year"), "means", 365 * DAY, {"span": Span.DAY.value}),
    )
    rows = []
    for name, kind, back, more in asked:
        query = urlencode({"start": (end - back).isoformat(), "end": end.isoformat(), **more})
        rows.append((name, Link(href=f"{base}/{kind}.csv?{query}", text=CSV)))
    yield KeyValue(title=TITLE, rows=rows)
