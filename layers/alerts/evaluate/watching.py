"""Brings the watches to what the rules say now: opened, closed, never changed underway."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from layers.admin_units.lookup import unit_containing
from layers.alerts.evaluate import ledger
from layers.alerts.evaluate.target import Found, Idle, watched
from layers.alerts.models import Rule, RuleVersion, Watch
from layers.alerts.rules.body import parse
from layers.core.errors import Invalid
from layers.core.text import Text

OFF = Text(vi="Quy tắc đã tắt.", en="The rule was switched off.")
CHANGED = Text(vi="Quy tắc đã đổi.", en="The rule was changed.")
GONE = Text(vi="Đối tượng không còn thuộc phạm vi của quy tắc.", en="The feature left the rule's target.")


def sync(now: datetime) -> None:
    """Open and close watches so that each rule that is on is watched at every feature of its target, from now on."""
    for rule in Rule.objects.filter(is_on=False, watches__ends_at=None).distinct():
        close(Watch.objects.filter(rule=rule, ends_at=None), now, OFF)
    for rule in Rule.objects.filter(is_on=True):
        version = rule.versions.order_by("-number").first()
        try:
            if version is None:
                raise Idle("Quy tắc chưa có nội dung.", "The rule says nothing yet.")
            found = watched(rule.layer, parse(version.body))
        except (Idle, Invalid) as fault:
            reason = fault.reason if isinstance(fault, Idle) else fault.message
            _say(rule, reason.vi, reason.en)
            close(Watch.objects.filter(rule=rule, ends_at=None), now, GONE)
            continue
        _say(rule, "", "")
        _bring(rule, version, found, now)


def close(watches: Iterable[Watch], now: datetime, why: Text) -> None:
    """End watches; what stands of their alerts ends with them, and says why."""
    for watch in watches:
        with transaction.atomic():
            ledger.stop(watch, now, why)
            watch.ends_at = max(now, watch.starts_at)
            watch.save(update_fields=["ends_at"])


def _bring(rule: Rule, version: RuleVersion, found: list[Found], now: datetime) -> None:
    wanted = {one.id: one for one in found}
    held = set()
    for watch in Watch.objects.filter(rule=rule, ends_at=None):
        one = wanted.get(watch.feature_id)
        if one is None:
            close([watch], now, GONE)
        elif watch.version_id != version.pk or watch.limits != one.limits:
            close([watch], now, CHANGED)
        else:
            held.add(one.id)
            _follow(watch, one)
    opened = [_opened(rule, version, one, now) for key, one in wanted.items() if key not in held]
    Watch.objects.bulk_create(opened, batch_size=1_000)


def _follow(watch: Watch, one: Found) -> None:
    """The feature's name and place as they are; what was raised before keeps its own."""
    place = (watch.geom.x, watch.geom.y)
    if watch.title != one.title or place != one.lonlat:
        watch.title, watch.geom = one.title, Point(*one.lonlat, srid=4326)
        watch.commune = unit_containing(*one.lonlat, timezone.localdate())
        watch.save(update_fields=["title", "geom", "commune"])


def _opened(rule: Rule, version: RuleVersion, one: Found, now: datetime) -> Watch:
    return Watch(
        version=version,
        rule=rule,
        layer=rule.layer,
        feature_id=one.id,
        title=one.title,
        commune=unit_containing(*one.lonlat, timezone.localdate()),
        geom=Point(*one.lonlat, srid=4326),
        limits=dict(one.limits),
        starts_at=now,
    )


def _say(rule: Rule, vi: str, en: str) -> None:
    if (rule.idle_vi, rule.idle_en) != (vi, en):
        Rule.objects.filter(pk=rule.pk).update(idle_vi=vi[:500], idle_en=en[:500])
