import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.SlugField(max_length=80, verbose_name="mẫu / template")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Thư điện tử"), ("webhook", "Webhook")],
                        max_length=10,
                        verbose_name="kênh / channel",
                    ),
                ),
                ("address", models.CharField(max_length=500, verbose_name="nơi nhận / address")),
                ("language", models.CharField(max_length=5, verbose_name="ngôn ngữ / language")),
                ("payload", models.JSONField(default=dict, verbose_name="nội dung / payload")),
                ("layer", models.CharField(max_length=64, null=True, verbose_name="lớp / layer")),
                ("feature_id", models.BigIntegerField(null=True, verbose_name="đối tượng / feature")),
                ("key", models.CharField(max_length=200, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Chờ gửi"), ("sent", "Đã gửi"), ("failed", "Không gửi được")],
                        default="queued",
                        max_length=10,
                        verbose_name="trạng thái / state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="số lần gửi / attempts")),
                ("last_error", models.CharField(max_length=500, null=True, verbose_name="lỗi gần nhất / last error")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="tạo lúc / created at"),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="gửi lúc / due at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="kết thúc lúc / ended at")),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người nhận / recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "thông báo / notice",
                "verbose_name_plural": "thông báo / notices",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(condition=models.Q(("state", "queued")), fields=["due_at"], name="notices_due"),
                    models.Index(fields=["layer", "feature_id"], name="notices_feature"),
                    models.Index(fields=["ended_at"], name="notices_ended"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "queued")),
                            models.Q(("ended_at__isnull", False), ("state__in", ("sent", "failed"))),
                            _connector="OR",
                        ),
                        name="notices_ended_when_not_queued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "webhook"))), name="notices_channel_known"
                    ),
                ],
            },
        ),
    ]
