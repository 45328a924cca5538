"""The steps of a file with names: asked for, agreed to or refused by somebody else, taken once.

Role and area of both are looked at again at each step, and each step is an entry of the access log, written in the same
database transaction as the step itself.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from land_records.models import ExportState, Parcel, PersonExport
from land_records.officers import LAND_ADMIN
from layers.audit import record
from layers.core.errors import BadRequest, Conflict, Forbidden, UnknownFeature
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.notices.people import accounts_of

LAYER: Final = "parcel_cases"
LASTS: Final = timedelta(days=1)
MOST_PARCELS: Final = 50_000
"""Parcels of one file."""
MOST_OPEN: Final = 20
"""Requests of one account that wait or may be taken."""

_OWN = Text(
    vi="Người yêu cầu không được tự duyệt; cần một quản lý đất đai khác.",
    en="Who asks cannot agree; another land administrator is needed.",
)
_REQUESTER = Text(vi="Chỉ người yêu cầu nhận được tệp.", en="The file is for who asked for it.")
_AREA = Text(
    vi="Có xã, phường ngoài địa bàn phụ trách của tài khoản này.",
    en="Some communes are outside the area of this account.",
)
_LOST = Text(
    vi="Người yêu cầu hoặc người duyệt không còn quyền với các xã, phường này; lập yêu cầu mới.",
    en="Who asked or who agreed has no longer the right to these communes; make a new request.",
)
_NOT_SO = {
    ExportState.REQUESTED: Text(vi="Yêu cầu chưa được duyệt.", en="Nobody has agreed to the request yet."),
    ExportState.APPROVED: Text(vi="Yêu cầu đã được duyệt.", en="The request is agreed to already."),
    ExportState.REFUSED: Text(vi="Yêu cầu đã bị từ chối.", en="The request was refused."),
    ExportState.TAKEN: Text(vi="Tệp đã được lấy; mỗi lần duyệt lấy một lần.", en="The file was taken; each is once."),
    ExportState.EXPIRED: Text(vi="Yêu cầu đã hết hạn sau một ngày.", en="The request has expired after a day."),
}


def ask(viewer: Viewer, *, purpose: str, communes: Sequence[int], condition: str) -> PersonExport:
    """A new request; `communes` are keys, `condition` CQL2 text or empty.

    Raises:
        Forbidden: a commune outside the viewer's area.
        BadFilter, UnknownAttribute: the condition.
        BadRequest: no parcels, or more than a file holds. Conflict: too many requests stand open.
    """
    assert viewer.user_id is not None  # who has no account has no address here
    if not viewer.units.issuperset(communes):
        raise Forbidden(_AREA)
    now = timezone.now()
    asked = PersonExport(
        requested_by_id=viewer.user_id,
        requested_at=now,
        purpose=purpose,
        communes=sorted(set(communes)),
        condition=condition,
        expires_at=now + LASTS,
    )
    _counted(asked, viewer)
    with transaction.atomic():
        standing = PersonExport.objects.filter(requested_by=viewer.user_id, taken_at=None, expires_at__gt=now).exclude(
            is_approved=False
        )
        if standing.count() >= MOST_OPEN:
            raise Conflict(Text(vi="Còn quá nhiều yêu cầu đang mở.", en="Too many of your requests stand open."))
        asked.save()
        _note(viewer, "export_persons_requested", asked)
    return asked


def decide(viewer: Viewer, number: int, *, agreed: bool) -> PersonExport:
    """Somebody else agrees or refuses; an agreement lasts a day.

    Raises:
        UnknownFeature: no such request for this viewer. Forbidden: the own request.
        Conflict: decided already, expired, or who asked has lost the right.
    """
    with transaction.atomic():
        asked = _locked(viewer, number)
        if asked.requested_by_id == viewer.user_id:
            raise Forbidden(_OWN)
        _require(asked, ExportState.REQUESTED)
        if agreed and not _answers_for(asked.requested_by_id, asked.communes):
            raise Conflict(_LOST)
        now = timezone.now()
        asked.decided_by_id, asked.decided_at, asked.is_approved = viewer.user_id, now, agreed
        asked.expires_at = now + LASTS if agreed else asked.expires_at
        asked.save()
        _note(viewer, "export_persons_approved" if agreed else "export_persons_declined", asked)
    return asked


def take(viewer: Viewer, number: int, form: str) -> "QuerySet[Parcel]":
    """The parcels of an agreed request, for who asked, once: the log says so before a row is read.

    Raises:
        UnknownFeature: no such request for this viewer. Forbidden: not who asked, or no longer answering for them.
        Conflict: not agreed to, taken, expired, or who agreed has lost the right.
        BadRequest: more parcels by now than a file holds.
    """
    with transaction.atomic():
        asked = _locked(viewer, number)
        if asked.requested_by_id != viewer.user_id:
            raise Forbidden(_REQUESTER)
        _require(asked, ExportState.APPROVED)
        if not viewer.units.issuperset(asked.communes):
            raise Forbidden(_AREA)
        if asked.decided_by_id is None or not _answers_for(asked.decided_by_id, asked.communes):
            raise Conflict(_LOST)
        count = _counted(asked, viewer)
        asked.taken_at = timezone.now()
        asked.save()
        _note(viewer, "export_persons", asked, parcels=count, form=form)
    return _parcels(asked, viewer)


def visible(viewer: Viewer) -> "QuerySet[PersonExport]":
    """Requests the viewer made or, answering for all their communes, may decide."""
    return PersonExport.objects.filter(Q(requested_by=viewer.user_id) | Q(communes__contained_by=sorted(viewer.units)))


def _locked(viewer: Viewer, number: int) -> PersonExport:
    found = visible(viewer).select_for_update().filter(pk=number).first()
    if found is None:
        raise UnknownFeature("exports", number)
    return found


def _require(asked: PersonExport, wanted: ExportState) -> None:
    state = asked.state(timezone.now())
    if state != wanted:
        raise Conflict(_NOT_SO[state], slug=f"export_{state.value}")


def _answers_for(user_id: int, communes: Sequence[int]) -> bool:
    """Whether an account is active, a land administrator, and answers for each commune now."""
    return all(any(one.pk == user_id for one in accounts_of(LAND_ADMIN.slug, unit)) for unit in communes)


def _parcels(asked: PersonExport, viewer: Viewer) -> "QuerySet[Parcel]":
    """Today's parcels meant, as far as the viewer may see them."""
    layer = registry.visible(LAYER, viewer)
    assert isinstance(layer, Layer)
    condition = parse_filter(asked.condition) if asked.condition else None
    rows: QuerySet[Parcel] = layer.query(viewer, filters=condition).queryset()
    return rows.filter(commune__in=asked.communes)


def _counted(asked: PersonExport, viewer: Viewer) -> int:
    count = _parcels(asked, viewer)[: MOST_PARCELS + 1].count()
    if count > MOST_PARCELS:
        raise BadRequest(
            Text(
                vi=f"Hơn {MOST_PARCELS} thửa; chia theo xã hoặc thu hẹp bằng filter.",
                en=f"More than {MOST_PARCELS} parcels: divide by commune or narrow by filter.",
            ),
            field="communes",
            slug="too_many",
        )
    if count == 0:
        raise BadRequest(Text(vi="Không có thửa đất nào.", en="There are no parcels."), field="communes", slug="empty")
    return count


def _note(viewer: Viewer, action: str, asked: PersonExport, **more: str | int) -> None:
    detail = {"export": asked.pk, "communes": len(asked.communes), "requested_by": asked.requested_by_id, **more}
    record(viewer, action, layer=LAYER, purpose=asked.purpose, detail=detail)
