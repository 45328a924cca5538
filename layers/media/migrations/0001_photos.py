import uuid

import django.contrib.postgres.fields
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
            name="MediaFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "Ảnh JPEG"),
                            ("image/png", "Ảnh PNG"),
                            ("image/webp", "Ảnh WebP"),
                            ("image/heic", "Ảnh HEIC"),
                        ],
                        max_length=20,
                        verbose_name="loại / type",
                    ),
                ),
                ("size_bytes", models.PositiveIntegerField(verbose_name="dung lượng (byte) / size (bytes)")),
                ("width_px", models.PositiveIntegerField(verbose_name="rộng (px) / width (px)")),
                ("height_px", models.PositiveIntegerField(verbose_name="cao (px) / height (px)")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="chụp lúc / taken at")),
                ("layer", models.CharField(max_length=64, verbose_name="lớp / layer")),
                ("feature_id", models.BigIntegerField(verbose_name="đối tượng / feature")),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(),
                        default=list,
                        size=None,
                        verbose_name="vai trò được xem / roles that may see it",
                    ),
                ),
                ("is_public", models.BooleanField(default=False, verbose_name="công khai / public")),
                ("published_at", models.DateTimeField(null=True, verbose_name="công khai lúc / published at")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="nhận lúc / received at"),
                ),
                ("keep_until", models.DateTimeField(null=True, verbose_name="giữ đến / kept until")),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người công khai / published by",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người gửi / uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "ảnh / photo",
                "verbose_name_plural": "ảnh / photos",
                "ordering": ("created_at", "id"),
                "indexes": [
                    models.Index(fields=["layer", "feature_id"], name="media_feature"),
                    models.Index(fields=["sha256"], name="media_sha256"),
                    models.Index(
                        condition=models.Q(("keep_until__isnull", False)),
                        fields=["keep_until"],
                        name="media_keep_until",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_public", False), ("published_at__isnull", False), _connector="OR"),
                        name="media_public_was_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="media_hash_is_sha256"
                    ),
                ],
            },
        ),
    ]
