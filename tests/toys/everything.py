"""A panel of all ten kinds of block, in the states a viewer must bear: gaps, limits, many series, lost pictures."""

import math
from datetime import datetime, timedelta
from urllib.parse import quote

from layers.core import (
    Actions,
    Chart,
    Image,
    KeyValue,
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
    Video,
)
from layers.core.panel import Column, Mark, Picture
from tests.toys.models import ToyVisit

HOURS = 72
SILENT = range(20, 27)
"""Hours of which the device told nothing."""
LEFT_OUT = {40: 61.0, 41: 61.0, 42: 61.0, 43: 61.0, 44: 61.0, 50: 900.0}
"""By hour what was measured and is not believed."""
LIMIT = 50.0
FILM = "/toy-film.webm"
"""Of visits named for a film; no server has it but the one a test puts there."""
SOURCE = "QCVN 05:2023/BTNMT"
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"
viewBox="0 0 640 480"><rect width="100%" height="100%" fill="{sky}"/>
<path d="M0 360 160 240 300 330 460 190 640 320V480H0Z" fill="{hill}"/><circle cx="520" cy="100" r="46" fill="#fff"/>
</svg>"""
_TONES = (
    ("#9cc4e4", "#4d7a52"),
    ("#e6b980", "#6b5b3e"),
    ("#b7c9d8", "#3f6d8a"),
    ("#d9a5a0", "#7a4b52"),
    ("#c9d8b6", "#5d7a3f"),
    ("#a9b4c8", "#47506b"),
)


def everything(visit: ToyVisit) -> Panel:
    """Every kind of block; the newest value of the first chart is the visit's score."""
    return Panel(
        title=visit.name,
        updated_at=visit.updated_at,
        state=State(text=Text(vi="Đang sửa chữa", en="Under repair"), color="#C4580B"),
        blocks=[
            Stat(
                title=Text(vi="Bụi PM2.5", en="PM2.5"),
                value=visit.score,
                unit="µg/m³",
                precision=1,
                color="#C4580B",
                band=Text(vi="Kém", en="Poor"),
            ),
            Stat(title=Text(vi="Độ ồn", en="Noise"), value=None, unit="dBA"),
            Note(text=Text(vi="Trạm đang hiệu chuẩn.", en="The station is being calibrated."), level="warning"),
            *_charts(visit),
            KeyValue.of(visit),
            KeyValue(
                title=Text(vi="Thiết bị", en="Device"),
                rows=[
                    (Text(vi="Diện tích phủ", en="Area covered"), Quantity(value=25_000, unit="m²")),
                    (Text(vi="Độ ẩm", en="Humidity"), Quantity(value=71.5, unit="%", precision=1)),
                    (Text(vi="Nguồn điện", en="Power"), None),
                ],
            ),
            Table(
                title=Text(vi="Lần đo gần đây", en="Recent readings"),
                columns=[
                    Column(name="name", title=Text(vi="Nơi đo", en="Place")),
                    Column(name="value", title="PM2.5", numeric=True, unit="µg/m³"),
                ],
                rows=[(f"Điểm {number}", float(number * 7 % 60)) for number in range(1, 13)],
                truncated=True,
            ),
            Image(title=Text(vi="Ảnh hiện trường", en="Pictures"), images=_pictures(visit.at)),
            Image(title=Text(vi="Trước và sau", en="Before and after"), images=_pictures(visit.at)[:2], pair=True),
            Video(
                title=Text(vi="Camera cổng", en="Gate camera"),
                src=FILM if visit.name.startswith("Phim") else "/nowhere/ws",
            ),
            Timeline(title=Text(vi="Diễn biến", en="What happened"), entries=_entries(visit.at)),
            Related(layer="toy_plots", within_m=5_000),
            Actions(),
        ],
    )


def _charts(visit: ToyVisit) -> list[Chart]:
    end = visit.at.replace(minute=0, second=0, microsecond=0)
    hours = [end - timedelta(hours=HOURS - 1 - n) for n in range(HOURS)]
    told = [(n, hour) for n, hour in enumerate(hours) if n not in SILENT]
    dust: list[tuple[datetime, float | None]] = [(hour, round(34 + 22 * math.sin(n / 6), 1)) for n, hour in told]
    dust[-1] = (hours[-1], visit.score)
    coarse = [(hour, None if n in LEFT_OUT else round(58 + 18 * math.sin(n / 6 + 0.8), 1)) for n, hour in told]
    heat = [(hour, round(29 + 4 * math.sin(n / 3.8), 1)) for n, hour in told]
    days = [end.date() - timedelta(days=9 - n) for n in range(10)]
    return [
        Chart(
            title=Text(vi="Bụi ba ngày qua", en="Dust, last three days"),
            series=[
                Series(name="PM2.5", points=dust, unit="µg/m³", limit=[(hours[0], LIMIT)], limit_source=SOURCE),
                Series(name="PM10", points=coarse, unit="µg/m³", marks=_marks(hours)),
            ],
        ),
        Chart(
            title=Text(vi="Nhiệt độ", en="Temperature"),
            series=[Series(name=Text(vi="Nhiệt độ", en="Temperature"), points=heat, unit="°C")],
            from_zero=False,
        ),
        Chart(
            title=Text(vi="Lượt sửa mỗi ngày", en="Repairs a day"),
            kind="bar",
            series=[
                Series(name=Text(vi="Nhận", en="Taken"), points=[(day, 3.0 + n % 4) for n, day in enumerate(days)]),
                Series(name=Text(vi="Xong", en="Done"), points=[(day, 1.0 + n % 3) for n, day in enumerate(days)]),
            ],
        ),
        Chart(
            title=Text(vi="Theo đầu đo", en="By probe"),
            series=[
                Series(
                    name=Text(vi=f"Đầu đo {probe}", en=f"Probe {probe}"),
                    points=[(hour, round(20 + 6 * math.sin(n / (3 + probe)), 1)) for n, hour in told],
                    unit="mg/l",
                )
                for probe in range(1, 7)
            ],
        ),
    ]


def _marks(hours: list[datetime]) -> list[Mark]:
    """Doubtful ones, a bad one far above all others, and a stretch that counts."""
    doubtful, bad = Text(vi="Nghi ngờ", en="Doubtful"), Text(vi="Hỏng", en="Bad")
    return [
        Mark(
            start=hours[40],
            end=hours[44],
            title=doubtful,
            text=Text(vi="đứng giá trị", en="flat line"),
            points=[(hours[n], LEFT_OUT[n]) for n in range(40, 45)],
        ),
        Mark(start=hours[50], end=hours[50], title=bad, level="danger", points=[(hours[50], LEFT_OUT[50])]),
        Mark(start=hours[56], end=hours[62], title=Text(vi="Bảo trì", en="Maintenance"), level="info"),
    ]


def _pictures(at: datetime) -> list[Picture]:
    made = []
    for number, (sky, hill) in enumerate(_TONES, start=1):
        drawn = quote(_PICTURE.format(sky=sky, hill=hill))
        caption = Text(vi=f"Góc nhìn {number} từ cổng chính", en=f"View {number} from the main gate")
        made.append(
            Picture(
                src=f"data:image/svg+xml,{drawn}", alt=caption, caption=caption, at=at - timedelta(minutes=10 * number)
            )
        )
    lost = Text(vi="Ảnh đã mất", en="A lost picture")
    return [*made[:3], Picture(src="/static/nowhere.png", alt=lost), *made[3:]]


def _entries(at: datetime) -> list[TimelineEntry]:
    steps = ("Nhận việc", "Đến nơi", "Thay cảm biến", "Đo thử", "Hiệu chuẩn", "Báo cáo")
    return [
        TimelineEntry(
            at=at - timedelta(hours=5 * number),
            title=steps[number % len(steps)],
            by="Nguyễn Thị Hạnh",
            text="Đã kiểm tra nguồn điện và đường truyền trước khi làm." if number % 3 == 0 else None,
        )
        for number in range(14)
    ]
