"""What is asked of a form: which form, which days, which communes; one reading for the file and for the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from land_records.cases.reveal import LAYER
from land_records.models import Parcel
from land_records.statistics.report import FORMS, Parcels
from land_records.statistics.sheets import Asked
from layers.admin_units.models import AdminUnit, Level
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer

EARLIEST: Final = date(1945, 1, 1)
"""Days before are typing errors; no paper of the register is older."""
_WRITTEN = Text(vi="ghi ngày có thật, dạng 2026-12-31", en="write a day that there is, like 2026-12-31")
_EARLY = Text(vi="không sớm hơn {day:%d/%m/%Y}", en="not earlier than {day:%Y-%m-%d}")
_LATE = Text(vi="chưa tới ngày này; muộn nhất là hôm nay, {day:%d/%m/%Y}", en="is to come; today is {day:%Y-%m-%d}")
_WANTED = Text(vi="biểu 05 cần ngày đầu kỳ", en="form 05 wants the day it starts from")
_BACKWARDS = Text(vi="phải trước ngày lập biểu", en="must lie before the day of the form")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A form asked for by somebody who may have it."""

    form: str
    communes: "QuerySet[AdminUnit, Any]"
    asked: Asked
    parcels: Parcels


def office(viewer: Viewer) -> tuple[Layer, "QuerySet[AdminUnit, Any]"]:
    """The register as this caller sees it, and the communes they answer for.

    Raises:
        UnknownLayer: nobody of a land office. UnknownFeature: one without a commune.
    """
    layer = registry.visible(LAYER, viewer)
    assert isinstance(layer, Layer)
    own = AdminUnit.objects.filter(pk__in=sorted(viewer.units), level=Level.COMMUNE.value, is_current=True)
    if not own.exists():
        raise UnknownFeature("communes", "–")
    return layer, own


def question(viewer: Viewer, form: str, given: QueryDict) -> Question:
    """`on` (today where it is left out), `since` (wanted by form 05), `commune` (may be repeated; else all).

    Raises:
        UnknownLayer: not for this caller. UnknownFeature: no such form, or a commune that is not the caller's.
        BadRequest: a day that is none or is impossible, days that run backwards.
    """
    layer, own = office(viewer)
    if form not in FORMS:
        raise UnknownFeature("statistics", form[:20])
    on = _day(given, "on") or today()
    since = _day(given, "since")
    if form == "05" and since is None:
        raise _refused("since", _WANTED)
    if since is not None and since >= on:
        raise _refused("since", _BACKWARDS)

    def parcels(day: date) -> "QuerySet[Parcel]":
        rows: QuerySet[Parcel] = layer.query(viewer, at=datetime.combine(day, time(12), tzinfo=LOCAL)).queryset()
        return rows

    communes = _named(own, dict.fromkeys(filter(None, given.getlist("commune"))))
    return Question(
        form=form, communes=communes, asked=Asked(on=on, since=since, language=viewer.language), parcels=parcels
    )


def today() -> date:
    """In Viet Nam."""
    return timezone.localdate(timezone=LOCAL)


def _named(own: "QuerySet[AdminUnit, Any]", codes: Iterable[str]) -> "QuerySet[AdminUnit, Any]":
    """The caller's communes, or those of them that are named."""
    wanted = set(codes)
    if not wanted:
        return own
    if missing := sorted(wanted - set(own.values_list("code", flat=True))):
        raise UnknownFeature("communes", missing[0][:20])
    return own.filter(code__in=sorted(wanted))


def _day(given: QueryDict, name: str) -> date | None:
    text = given.get(name)
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=LOCAL).date()
    except ValueError as fault:
        raise _refused(name, _WRITTEN) from fault
    if day < EARLIEST:
        raise _refused(name, _EARLY.format(day=EARLIEST))
    if day > today():
        raise _refused(name, _LATE.format(day=today()))
    return day


def _refused(field: str, why: Text) -> BadRequest:
    return BadRequest(Text(vi=f"{field}: {why.vi}.", en=f"{field}: {why.en}."), field=field)
