"""What an officer of the environment does from a station's panel.

Readings are decided about, a calibration or maintenance is recorded, maintenance is ended.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from layers.core.action import Action, Field
from layers.core.attribute import Option
from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer, role
from layers.sensors.models import Calibration, Datastream, MaintenanceKind, ReviewVerdict
from layers.sensors.quality.maintenance import finish, record
from layers.sensors.quality.review import review
from layers.sensors.quantity import QUANTITIES

ENVIRONMENT = role("environment")
FORMATS = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_PATTERN = Text(
    vi="Giờ Việt Nam, dạng 27/11/2026 08:00 hoặc 2026-11-27 08:00.",
    en="Viet Nam time, as 27/11/2026 08:00 or 2026-11-27 08:00.",
)
_QUANTITY = Field(
    "quantity",
    Text(vi="Thông số", en="Quantity"),
    "choice",
    choices=[Option(one.name, one.title) for one in QUANTITIES.values()],
)
_VERDICTS = [
    Option(
        ReviewVerdict.RELEASE.value,
        Text(vi="Cho dùng số liệu bị gắn cờ", en="Release: flagged readings count"),
    ),
    Option(
        ReviewVerdict.REJECT.value,
        Text(vi="Loại bỏ mọi số liệu trong khoảng", en="Reject: no reading of the period counts"),
    ),
]


def review_readings(station: Any, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Release or reject a quantity's readings over a period; without an end, the one reading."""
    stream = _stream(station.pk, data["quantity"])
    start = _time("start", data["start"])
    end = _time("end", data["end"]) if data["end"] else start
    review(stream, start, end, data["verdict"], data["reason"], viewer, timezone.now())


def record_calibration(station: Any, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Keep what a calibration showed; no stored reading is changed by it."""
    at, now = _time("at", data["at"]), timezone.now()
    if at > now:
        raise _invalid("at", Text(vi="Thời điểm ở tương lai.", en="This is in the future."))
    Calibration.objects.create(
        datastream=_stream(station.pk, data["quantity"]),
        at=at,
        zero_drift=data["zero_drift"],
        span_drift_percent=data["span_drift_percent"],
        passed=data["result"] == "passed",
        certificate=data["certificate"] or "",
        note=data["note"] or "",
        next_on=data["next_on"],
        by_id=viewer.user_id,
        recorded_at=now,
    )


def record_maintenance(station: Any, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Keep a maintenance; without an end it is under way."""
    record(
        station,
        _streams(station.pk, data["quantities"] or ""),
        data["kind"],
        _time("start", data["start"]),
        _time("end", data["end"]) if data["end"] else None,
        done_by=data["done_by"],
        note=data["note"] or "",
        viewer=viewer,
        at=timezone.now(),
    )


def end_maintenance(station: Any, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """End what is under way; without a time, now."""
    now = timezone.now()
    finish(station, _time("end", data["end"]) if data["end"] else now, now)


REVIEW = Action(
    "review_readings",
    Text(vi="Soát xét số liệu", en="Review readings"),
    review_readings,
    form=(
        _QUANTITY,
        Field("start", Text(vi="Từ", en="From"), help=_PATTERN, max_length=25),
        Field("end", Text(vi="Đến", en="To"), required=False, help=_PATTERN, max_length=25),
        Field("verdict", Text(vi="Quyết định", en="Decision"), "choice", choices=_VERDICTS),
        Field("reason", Text(vi="Lý do", en="Reason"), max_length=1_000),
    ),
    by=ENVIRONMENT,
)
CALIBRATE = Action(
    "record_calibration",
    Text(vi="Ghi hiệu chuẩn", en="Record a calibration"),
    record_calibration,
    form=(
        _QUANTITY,
        Field("at", Text(vi="Lúc", en="At"), help=_PATTERN, max_length=25),
        Field(
            "zero_drift", Text(vi="Độ trôi điểm không (đơn vị của thông số)", en="Zero drift (the quantity's unit)"),
            "number", required=False, least=-1e6, most=1e6,
        ),
        Field(
            "span_drift_percent", Text(vi="Độ trôi thang đo (%)", en="Span drift (%)"),
            "number", required=False, least=-100, most=1_000,
        ),
        Field(
            "result", Text(vi="Kết quả", en="Result"), "choice",
            choices=[
                Option("passed", Text(vi="Đạt", en="Passed")),
                Option("failed", Text(vi="Không đạt", en="Failed")),
            ],
        ),
        Field("certificate", Text(vi="Số giấy chứng nhận", en="Certificate"), required=False, max_length=120),
        Field("note", Text(vi="Ghi chú", en="Note"), required=False, max_length=1_000),
        Field("next_on", Text(vi="Hiệu chuẩn lần sau", en="Next due"), "date", required=False),
    ),
    by=ENVIRONMENT,
)  # fmt: skip

MAINTAIN = Action(
    "record_maintenance",
    Text(vi="Ghi bảo trì", en="Record maintenance"),
    record_maintenance,
    form=(
        Field("kind", Text(vi="Việc", en="What"), "choice", choices=tuple(Option.all_of(MaintenanceKind))),
        Field("start", Text(vi="Từ", en="From"), help=_PATTERN, max_length=25),
        Field(
            "end", Text(vi="Đến", en="To"), required=False, max_length=25,
            help=Text(vi=f"Để trống: chưa xong. {_PATTERN.vi}", en=f"Empty: under way. {_PATTERN.en}"),
        ),
        Field(
            "quantities", Text(vi="Thông số", en="Quantities"), required=False, max_length=300,
            help=Text(
                vi="Cách nhau bằng dấu phẩy, ví dụ PM2.5, O3. Để trống: mọi thông số của trạm.",
                en="Parted by commas, as PM2.5, O3. Empty: all that the station measures.",
            ),
        ),
        Field("done_by", Text(vi="Đơn vị thực hiện", en="Done by (department, company)"), max_length=160),
        Field("note", Text(vi="Ghi chú", en="Note"), required=False, max_length=1_000),
    ),
    by=ENVIRONMENT,
)  # fmt: skip
END_MAINTENANCE = Action(
    "end_maintenance",
    Text(vi="Kết thúc bảo trì", en="End maintenance"),
    end_maintenance,
    form=(
        Field(
            "end", Text(vi="Lúc", en="At"), required=False, max_length=25,
            help=Text(vi=f"Để trống: bây giờ. {_PATTERN.vi}", en=f"Empty: now. {_PATTERN.en}"),
        ),
    ),
    by=ENVIRONMENT,
)  # fmt: skip


def _streams(station_id: int, said: str) -> list[Datastream]:
    """The station's streams of the quantities named, in whatever way people write them; all where none is."""
    known = list(Datastream.objects.filter(station=station_id).order_by("pk"))
    by_name = {
        _folded(name): one
        for one in known
        for of in (QUANTITIES[one.quantity],)
        for name in (of.name, of.title.vi, of.title.en)
    }
    named = [name.strip() for name in said.split(",") if name.strip()]
    lost = [name for name in named if _folded(name) not in by_name]
    if lost or not known:
        words, all_of = ", ".join(lost), [QUANTITIES[one.quantity].title for one in known]
        raise _invalid(
            "quantities",
            Text(
                vi=f"Trạm không đo: {words or '–'}. Trạm đo: {', '.join(one.vi for one in all_of) or '–'}.",
                en=f"Not measured here: {words or '–'}. Measured: {', '.join(one.en for one in all_of) or '–'}.",
            ),
        )
    return list({one.pk: one for one in (by_name[_folded(name)] for name in named)}.values()) or known


def _folded(name: str) -> str:
    """`SO₂` as `so2`, `PM2.5` as `pm25`."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def _stream(station_id: int, quantity: str) -> Datastream:
    found = Datastream.objects.filter(station=station_id, quantity=quantity).first()
    if found is None:
        raise _invalid(
            "quantity", Text(vi="Trạm không đo thông số này.", en="The station does not measure this quantity.")
        )
    return found


def _time(field: str, text: str) -> datetime:
    for one in FORMATS:
        try:
            return datetime.strptime(text, one).replace(tzinfo=LOCAL)
        except ValueError:
            continue
    raise _invalid(field, _PATTERN)


def _invalid(field: str, text: Text) -> Invalid:
    return Invalid(text, fields={field: text})
