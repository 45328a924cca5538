"""A notice: what it says, to whom, by which channel, and how its delivery went; the browsers that take notices."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from layers.core.attribute import Options


class Channel(Options):
    """By which way a notice goes."""

    EMAIL = "email", "Thư điện tử", "E-mail"
    WEBHOOK = "webhook", "Webhook", "Webhook"
    PUSH = "push", "Trình duyệt", "Browser"


class NoticeState(Options):
    """Where a notice stands. `sent` says that the next server took it, not that a person read it."""

    QUEUED = "queued", "Chờ gửi", "Queued"
    SENT = "sent", "Đã gửi", "Sent"
    FAILED = "failed", "Không gửi được", "Failed"


class Notice(models.Model):
    """One message to one address; the row is also its delivery log.

    `address` and `payload` may name a person: rows are removed some time after their end (`delivery.forget`).
    """

    template = models.SlugField("mẫu / template", max_length=80)
    channel = models.CharField("kênh / channel", max_length=10, choices=Channel.choices())
    address = models.CharField("nơi nhận / address", max_length=500)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name="người nhận / recipient",
    )
    language = models.CharField("ngôn ngữ / language", max_length=5)
    payload: Any = models.JSONField("nội dung / payload", default=dict)
    layer = models.CharField("lớp / layer", max_length=64, null=True)
    feature_id = models.BigIntegerField("đối tượng / feature", null=True)
    key = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(
        "trạng thái / state", max_length=10, choices=NoticeState.choices(), default=NoticeState.QUEUED.value
    )
    attempts = models.PositiveSmallIntegerField("số lần gửi / attempts", default=0)
    last_error = models.CharField("lỗi gần nhất / last error", max_length=500, null=True)
    created_at = models.DateTimeField("tạo lúc / created at", default=timezone.now)
    due_at = models.DateTimeField("gửi lúc / due at", default=timezone.now)
    ended_at = models.DateTimeField("kết thúc lúc / ended at", null=True)

    class Meta:
        """Found by when it is due and by what it is about."""

        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="queued", ended_at__isnull=True)
                | Q(state__in=("sent", "failed"), ended_at__isnull=False),
                name="notices_ended_when_not_queued",
            ),
            models.CheckConstraint(condition=Q(channel__in=("email", "webhook", "push")), name="notices_channel_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="notices_due"),
            models.Index(fields=["layer", "feature_id"], name="notices_feature"),
            models.Index(fields=["ended_at"], name="notices_ended"),
        ]
        verbose_name = "thông báo / notice"
        verbose_name_plural = "thông báo / notices"

    def __str__(self) -> str:
        """Number and template."""
        return f"{self.pk} {self.template}"


class Browser(models.Model):
    """A browser in which a person asked for notices (Web Push): where to send them and how to encrypt them for it.

    Attributes:
        endpoint: URL of the browser maker's push service, for this browser and our key alone.
        p256dh, auth: the browser's public key and secret, base64url, as the browser gave them.
        name: as its owner tells it from the others.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Found by its owner."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """Its name."""
        return self.name
