"""Rules with their versions, what each watches, what is remembered between two values, and the alerts."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone

from layers.alerts.severity import Severity
from layers.core.attribute import Options
from layers.core.models import MapFeature
from layers.core.text import Text


class Rule(models.Model):
    """A rule (quy tắc cảnh báo) over one layer's metrics; what it says is its current version.

    Attributes:
        layer: id of the layer, which need not be there: the rule is then idle and says so.
        is_on: evaluated live; a rule can be back-tested before it is.
        idle_vi, idle_en: why it is not evaluated though it is on; empty where it is.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title_vi = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    layer = models.CharField(max_length=64)
    is_on = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    idle_vi = models.CharField(max_length=500, blank=True, editable=False)
    idle_en = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        ordering = ("slug",)
        verbose_name = "quy tắc / rule"
        verbose_name_plural = "quy tắc / rules"

    def __str__(self) -> str:
        """The Vietnamese title."""
        return self.title_vi

    @property
    def title(self) -> Text:
        """In both languages."""
        return Text(vi=self.title_vi, en=self.title_en)


class RuleVersion(models.Model):
    """What a rule said over a time; never changed, so that an alert can name what raised it.

    Attributes:
        body: as `rules.body.parse` reads it.
        reason: why it was changed.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body: Any = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("rule", "-number")
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="alerts_version_once")]

    def __str__(self) -> str:
        """Rule and number."""
        return f"{self.rule_id} v{self.number}"


class Watch(models.Model):
    """One version of a rule at one feature, from a time to a time.

    Attributes:
        title, commune: of the feature, as they were last seen; geom: a point on it.
        limits: values of the attributes that hold the rule's limits; other values begin another watch.
        state: `rules.fold.State`, as JSON; null before the first evaluation.
    """

    version = models.ForeignKey(RuleVersion, models.CASCADE, related_name="watches")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="watches")
    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, null=True, related_name="+")
    geom = models.PointField(srid=4326)
    limits: Any = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state: Any = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "feature_id"], condition=Q(ends_at__isnull=True), name="alerts_watch_one"
            )
        ]
        indexes = [models.Index(fields=["layer", "feature_id"], name="alerts_watch_feature")]

    def __str__(self) -> str:
        """Rule and feature."""
        return f"{self.version_id} @ {self.layer}/{self.feature_id}"


class Mark(models.Model):
    """An older state of a watch, from which late values are gone through again."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="marks", db_index=False)
    clock = models.BigIntegerField()
    state: Any = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "clock"], name="alerts_mark_once")]


class Heard(models.Model):
    """A value of a watched metric, until the evaluator has taken it: a queue, written in bulk."""

    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    metric = models.CharField(max_length=64)
    at = models.DateTimeField()
    value = models.FloatField(null=True)


class AlertState(Options):
    """Where an alert stands."""

    OPEN = "open", "Chưa tiếp nhận", "Open", "#C62828", "maki:danger"
    ACKNOWLEDGED = "acknowledged", "Đã tiếp nhận", "Acknowledged", "#C4580B", "maki:information"
    CLEARED = "cleared", "Tự hết", "Cleared", "#1B7F5C", "maki:circle"
    CLOSED = "closed", "Đã đóng", "Closed", "#4A5A6A", "maki:cross"
    WITHDRAWN = "withdrawn", "Thu hồi", "Withdrawn", "#7A7A7A", "maki:cross"


STANDING = (AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value)
"""States of an alert that stands."""


class Alert(MapFeature):
    """An alert (cảnh báo): a rule that fired at a feature, at the place of that feature.

    Attributes:
        layer, feature_id, about: the feature it is about, and its name then.
        severity, worst: now (the last one, once it has ended), and at its height.
        since_at: when the rule fired, by the values' own time.
        ended_at: when its condition ended; null while it holds.
        until_at: when it ceased to stand: cleared, closed or withdrawn.
        is_current: it stands.
        is_muted: raised under maintenance: recorded, nobody is told.
        told: steps of the escalation taken; `tell_at`: when the next one is due.
    """

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="alerts")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="alerts")
    layer = models.CharField(max_length=64)
    feature_id = models.BigIntegerField()
    about = models.CharField(max_length=200)
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, null=True, related_name="+")
    severity = models.CharField(max_length=8, choices=Severity.choices())
    worst = models.CharField(max_length=8, choices=Severity.choices())
    state = models.CharField(max_length=12, choices=AlertState.choices(), default=AlertState.OPEN.value)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)
    is_muted = models.BooleanField(default=False)
    told = models.PositiveSmallIntegerField(default=0)
    tell_at = models.DateTimeField(null=True)
    geom = models.PointField(srid=4326)

    class Meta(MapFeature.Meta):
        """Filtered by state, severity and time."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.UniqueConstraint(
                fields=["watch", "since_at"], condition=~Q(state="withdrawn"), name="alerts_alert_once"
            ),
            models.CheckConstraint(
                condition=Q(is_current=True, until_at__isnull=True) | Q(is_current=False, until_at__isnull=False),
                name="alerts_alert_stands_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="alerts_alert_state"),
            models.Index(fields=["severity"], name="alerts_alert_severity"),
            models.Index(fields=["since_at", "until_at"], name="alerts_alert_period"),
            models.Index(fields=["layer", "feature_id"], name="alerts_alert_feature"),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="alerts_alert_tell"),
        ]

    def __str__(self) -> str:
        """What it is about."""
        return self.about


class EntryKind(Options):
    """What an entry of an alert's timeline says. The first four are the evaluator's and make up the journal."""

    RAISED = "raised", "Phát cảnh báo", "Raised"
    UPGRADED = "upgraded", "Nâng mức", "Upgraded"
    DOWNGRADED = "downgraded", "Hạ mức", "Downgraded"
    ENDED = "ended", "Hết điều kiện", "Condition ended"
    AMENDED = "amended", "Sửa theo số liệu đến muộn", "Amended by late values"
    WITHDRAWN = "withdrawn", "Thu hồi theo số liệu đến muộn", "Withdrawn by late values"
    REOPENED = "reopened", "Mở lại", "Reopened"
    ACKNOWLEDGED = "acknowledged", "Tiếp nhận", "Acknowledged"
    NOTE = "note", "Ghi chú", "Note"
    CLOSED = "closed", "Đóng", "Closed"
    TOLD = "told", "Đã báo", "Notified"
    STOPPED = "stopped", "Ngừng theo dõi", "No longer watched"


EVALUATED = ("raised", "upgraded", "downgraded", "ended")


class Entry(models.Model):
    """One thing that happened to an alert.

    Attributes:
        at: when, by the values' own time where the evaluator speaks.
        recorded_at: when it was written; later than `at` by the lateness of what it rests on.
        withdrawn_at: a late value took it back. The evaluator's entries that were not are the live journal.
        level: severity from here on, 1 to 4; 0 once ended. `values`: latest value of each metric then.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="entries")
    watch = models.ForeignKey(Watch, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=12, choices=EntryKind.choices())
    level = models.PositiveSmallIntegerField(null=True)
    values: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "at", "kind"],
                condition=Q(kind__in=EVALUATED, withdrawn_at__isnull=True),
                name="alerts_entry_once",
            )
        ]
        indexes = [models.Index(fields=["alert", "at"], name="alerts_entry_alert")]


class Maintenance(models.Model):
    """A time over which a rule, a feature or both are muted: alerts are recorded, nobody is told.

    Attributes:
        rule: null: every rule. layer, feature_id: null: every feature.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, null=True, blank=True, related_name="maintenance")
    layer = models.CharField(max_length=64, blank=True)
    feature_id = models.BigIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = "bảo trì / maintenance"
        verbose_name_plural = "bảo trì / maintenance"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=models.F("ends_at")), name="alerts_maintenance_period"),
            models.CheckConstraint(
                condition=Q(rule__isnull=False) | (~Q(layer="") & Q(feature_id__isnull=False)),
                name="alerts_maintenance_of_something",
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="alerts_maintenance_time")]

    def __str__(self) -> str:
        """What and why."""
        return f"{self.rule_id or ''} {self.layer} {self.feature_id or ''}: {self.reason}"
