"""The panel of a station: how it is, whether that can be trusted, then why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from layers.core import Actions, KeyValue, Note, Panel, Related, Stat, State, Text, Viewer
from layers.core.panel import AttributesOf, Block
from layers.sensors.models import LAYER, Source, StationKind
from layers.sensors.panel import air, gauge, water
from layers.sensors.panel.files import files
from layers.sensors.panel.part import DAY, Look, latest, moment
from layers.sensors.quality.actions import ENVIRONMENT
from layers.sensors.quality.blocks import quality_blocks
from layers.sensors.series import completeness

KINDS = {
    StationKind.AIR.value: air,
    StationKind.SURFACE_WATER.value: water,
    StationKind.WATER_LEVEL.value: gauge,
}
KIND_TITLES = {kind.value: kind.title for kind in StationKind}
HERE_M = 5
"""An alert stands where the station does."""
SILENT = Text(vi="Mất dữ liệu", en="Silent")

MAINTAINED = Text(vi="Đang bảo trì", en="Under maintenance")

_DEMO = Text(
    vi="Trạm và số liệu do máy sinh ra để trình diễn, không có thật.",
    en="The station and its readings are generated for demonstration; they are not real.",
)
_FLAGGED = Text(
    vi="Có số đo bị nghi ngờ: không dùng để tính chỉ số cho tới khi được duyệt.",
    en="Some readings are doubtful: no index is made of them until they are released.",
)


def station_panel(row: Any, viewer: Viewer, at: datetime | None = None) -> Panel:
    """How the station stands, at `at` or now; its readings against their limits, over time, and how they were made."""
    look = Look(station=row, viewer=viewer, now=at or timezone.now(), past=at is not None)
    kind = KINDS[row.kind]
    blocks: list[Block | AttributesOf] = [
        *kind.stats(look),
        *_trust(look),
        *_notes(look),
        *kind.blocks(look),
        *latest(look),
        *quality_blocks(row.pk, viewer, look.now, look.flagged),
        *files(look),
        _about(look),
        Related(layer="alerts", title=Text(vi="Cảnh báo của trạm", en="Alerts of the station"), within_m=HERE_M),
        Related(layer=LAYER, title=Text(vi="Trạm gần đây", en="Stations nearby"), within_m=30_000),
        Related(layer="schools", title=Text(vi="Trường học gần đây", en="Schools nearby"), within_m=3_000),
        *([Note(text=_DEMO)] if row.source == Source.DEMO else []),
        Actions(),
    ]
    state = State(text=SILENT, color=None) if row.stale else kind.state(look)
    if look.maintained:
        state = State(text=MAINTAINED, color=None)
    return Panel(title=row.name, state=state, updated_at=row.observed_at, blocks=blocks)


def _trust(look: Look) -> Iterator[Stat]:
    share = completeness(look.station.pk, look.now - DAY, look.now)
    if share is not None:
        yield Stat(
            title=Text(vi="Số liệu đủ, 24 giờ", en="Data complete, 24 h"), value=share * 100, unit="%", precision=0
        )


def _notes(look: Look) -> Iterator[Note]:
    row = look.station
    if look.maintained:
        yield Note(text=_work(look), level="warning")
    if row.stale:
        yield Note(text=_silence(look), level="warning")
    if row.flagged:
        yield Note(text=_FLAGGED, level="warning")


def _about(look: Look) -> KeyValue:
    """What is known of the station; what this viewer may not read is empty here and so left out."""
    row = look.station
    known: tuple[tuple[Text, str | None], ...] = (
        (Text(vi="Mã trạm", en="Code"), row.code),
        (Text(vi="Loại trạm", en="Kind"), KIND_TITLES[row.kind].to(look.viewer.language)),
        (Text(vi="Xã, phường", en="Commune"), row.commune.full_name),
        (Text(vi="Địa chỉ", en="Address"), row.address),
        (Text(vi="Đơn vị vận hành", en="Operator"), row.operator),
        (Text(vi="Điện thoại trực", en="Duty phone"), row.duty_phone),
    )
    rows = [(name, said) for name, said in known if said]
    return KeyValue(title=Text(vi="Về trạm", en="About the station"), rows=rows)


def _work(look: Look) -> Text:
    since = moment(min(one.start for one in look.maintained), look.now)
    vi = f"Đang bảo trì từ {since}: số đo trong lúc này không tính, trừ khi được cho dùng."
    en = f"Under maintenance since {since}: what is measured meanwhile does not count unless it is released."
    if look.viewer.has(ENVIRONMENT):
        vi += " Luật cảnh báo không tự dừng: đặt bảo trì ở từng cảnh báo của trạm."
        en += " Rules are not paused by it: put each alert of the station under maintenance."
    return Text(vi=vi, en=en)


def _silence(look: Look) -> Text:
    seen = look.station.observed_at
    if seen is None:
        return Text(vi="Trạm không gửi số liệu.", en="The station sent nothing.")
    said = moment(seen, look.now)
    return Text(
        vi=f"Trạm không gửi số liệu từ {said}; số cũ không được coi là hiện tại.",
        en=f"The station has sent nothing since {said}; old values are not shown as present ones.",
    )
