"""How rules are written: titles change in place, what a rule says becomes a new version, with who and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from layers.alerts.models import Alert, AlertState, Maintenance, Rule, RuleVersion
from layers.alerts.rules.body import parse
from layers.core.errors import Invalid
from layers.core.search import search_key
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer

MUTED_MOST = timedelta(days=90)
"""Longest maintenance of a rule."""
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
NEEDED = Text(vi="Cần điền trường này.", en="This field is required.")
MOMENT = Text(vi="Cần ngày và giờ.", en="A day and a time are needed.")
LONG = Text(vi="Dài quá {most} ký tự.", en="Longer than {most} characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule as a person wrote it; `body` is JSON that was read, not yet understood."""

    slug: str
    title_vi: str
    title_en: str
    layer: str
    body: Any
    reason: str


def save(rule: Rule | None, draft: Draft, viewer: Viewer) -> Rule:
    """The rule with what the draft says: a new rule is off, another content is a new version.

    Raises:
        Invalid: with a reason for every field at fault; the content's by their place.
    """
    faults = _faults(rule, draft)
    try:
        parse(draft.body)
    except Invalid as fault:
        if not faults:
            raise
        faults |= fault.fields
    if faults:
        raise Invalid(Text(vi="Có chỗ cần sửa.", en="Some fields need correcting."), fields=faults)
    with transaction.atomic():
        if rule is None:
            rule = Rule(slug=draft.slug)
        rule.title_vi, rule.title_en, rule.layer = draft.title_vi, draft.title_en, draft.layer
        rule.save()
        latest = rule.versions.select_for_update().order_by("-number").first()
        if latest is None or latest.body != draft.body:
            number = latest.number + 1 if latest else 1
            RuleVersion.objects.create(
                rule=rule, number=number, body=draft.body, reason=draft.reason, by_id=viewer.user_id
            )
    return rule


def slug_of(title: str) -> str:
    """A free name for addresses, out of a title; empty where the title holds no letter."""
    slug = search_key(title).replace(" ", "-")[:50].strip("-")
    slug = re.sub(r"[^a-z0-9-]", "", slug)
    taken = set(Rule.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in free if one not in taken) if slug else ""


def maintain(rule: Rule, given: Mapping[str, str], viewer: Viewer) -> Maintenance:
    """Put a rule under maintenance, everywhere it watches: alerts are recorded, nobody is told.

    Args:
        rule: the rule.
        given: `mute_from`, `mute_until` (2026-11-27T08:30, clock of Việt Nam) and `mute_reason`; as typed. Without
            `mute_from` it begins now.
        viewer: who says so.

    Raises:
        Invalid: with a reason for every field at fault.
    """
    now = timezone.now()
    starts_at = _local(given["mute_from"]) if given["mute_from"] else now
    ends_at = _local(given["mute_until"])
    faults = {}
    if starts_at is None:
        faults["mute_from"] = MOMENT
    if ends_at is None:
        faults["mute_until"] = MOMENT
    elif starts_at is not None and not max(now, starts_at) < ends_at <= starts_at + MUTED_MOST:
        faults["mute_until"] = Text(vi="Sau lúc bắt đầu, tối đa 90 ngày.", en="After the beginning, 90 days at most.")
    if not 0 < len(given["mute_reason"]) <= 500:
        faults["mute_reason"] = LONG.format(most=500) if given["mute_reason"] else NEEDED
    if faults or starts_at is None or ends_at is None:
        raise Invalid(Text(vi="Có chỗ cần sửa.", en="Some fields need correcting."), fields=faults)
    return Maintenance.objects.create(
        rule=rule, starts_at=starts_at, ends_at=ends_at, reason=given["mute_reason"], by_id=viewer.user_id
    )


def end_maintenance(rule: Rule, key: int) -> None:
    """End a maintenance of the rule now; one that has not begun is gone. What it held back is told at once."""
    now = timezone.now()
    mine = rule.maintenance.filter(pk=key, ends_at__gt=now)
    with transaction.atomic():
        mine.filter(starts_at__gte=now).delete()
        mine.update(ends_at=now)
        held = Alert.objects.filter(rule=rule, state=AlertState.OPEN.value, is_muted=True, tell_at__gt=now)
        held.update(tell_at=now)


def _local(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    except ValueError:
        return None


def _faults(rule: Rule | None, draft: Draft) -> dict[str, Text]:
    faults = {name: NEEDED for name in ("title_vi", "title_en", "layer", "reason") if not getattr(draft, name)}
    for name, most in (("title_vi", 160), ("title_en", 160), ("layer", 64), ("reason", 500)):
        if len(getattr(draft, name)) > most:
            faults[name] = LONG.format(most=most)
    if rule is None and not SLUG.fullmatch(draft.slug):
        faults["slug"] = Text(vi="Cần chữ thường, số và dấu -.", en="Lower-case letters, digits and - are needed.")
    elif rule is None and Rule.objects.filter(slug=draft.slug).exists():
        faults["slug"] = Text(vi="Mã này đã dùng.", en="This name is taken.")
    return faults
