"""Accounts, departments, roles, areas, tokens and keys."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("admin_units", "__first__"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True, verbose_name="mã")),
                ("title_vi", models.CharField(max_length=120, verbose_name="tên tiếng Việt")),
                ("title_en", models.CharField(max_length=120, verbose_name="tên tiếng Anh")),
                ("for_people", models.BooleanField(default=True, verbose_name="dành cho người")),
            ],
            options={
                "verbose_name": "vai trò",
                "verbose_name_plural": "vai trò",
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="SessionUse",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="sessions.session",
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(unique=True, verbose_name="mã")),
                ("name_vi", models.CharField(max_length=200, verbose_name="tên tiếng Việt")),
                ("name_en", models.CharField(max_length=200, verbose_name="tên tiếng Anh")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.department",
                        verbose_name="trực thuộc",
                    ),
                ),
            ],
            options={
                "verbose_name": "sở, ban, ngành",
                "verbose_name_plural": "sở, ban, ngành",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="DeviceKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="tên thiết bị")),
                (
                    "layer",
                    models.SlugField(
                        blank=True, help_text="Để trống: mọi lớp nhận số liệu từ thiết bị.", verbose_name="lớp dữ liệu"
                    ),
                ),
                ("shown", models.CharField(editable=False, max_length=10, verbose_name="bắt đầu bằng")),
                ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("last_used_at", models.DateTimeField(editable=False, null=True, verbose_name="dùng lần cuối")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"is_current": True},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                        verbose_name="đơn vị hành chính",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        default="device",
                        limit_choices_to={"for_people": False},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.role",
                        to_field="slug",
                        verbose_name="vai trò",
                    ),
                ),
            ],
            options={
                "verbose_name": "khoá thiết bị",
                "verbose_name_plural": "khoá thiết bị",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z0-9][a-z0-9_.-]*\\Z",
                                "Chỉ dùng chữ thường không dấu, số và các dấu _ . - (ví dụ: nguyen.van.an).",
                            )
                        ],
                        verbose_name="tên đăng nhập",
                    ),
                ),
                ("display_name", models.CharField(blank=True, max_length=120, verbose_name="họ và tên")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("vi", "Tiếng Việt"), ("en", "English")],
                        max_length=5,
                        verbose_name="ngôn ngữ",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="được đăng nhập")),
                ("is_demo", models.BooleanField(default=False, editable=False, verbose_name="tài khoản trình diễn")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="ngày tạo"),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True, related_name="users", to="accounts.department", verbose_name="sở, ban, ngành"
                    ),
                ),
                (
                    "roles",
                    models.ManyToManyField(
                        blank=True,
                        limit_choices_to={"for_people": True},
                        related_name="users",
                        to="accounts.role",
                        verbose_name="vai trò",
                    ),
                ),
            ],
            options={
                "verbose_name": "tài khoản",
                "verbose_name_plural": "tài khoản",
                "ordering": ("username",),
            },
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("personal", "cá nhân"), ("wall", "màn hình phòng điều hành")],
                        default="personal",
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="tên gợi nhớ")),
                ("shown", models.CharField(editable=False, max_length=10, verbose_name="bắt đầu bằng")),
                ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="hết hạn")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("last_used_at", models.DateTimeField(editable=False, null=True, verbose_name="dùng lần cuối")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "mã truy cập",
                "verbose_name_plural": "mã truy cập",
                "ordering": ("-created_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind", "wall"), ("expires_at__isnull", False), _connector="OR"),
                        name="accounts_personal_token_expires",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(
                        limit_choices_to={"is_current": True, "level__in": ("province", "commune")},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                        verbose_name="đơn vị hành chính",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="areas",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa bàn",
                "verbose_name_plural": "địa bàn",
                "constraints": [models.UniqueConstraint(fields=("user", "unit"), name="accounts_area_once")],
            },
        ),
    ]
