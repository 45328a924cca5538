"""Schools."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database"), ("admin_units", "0001_units")]

    operations = [
        migrations.CreateModel(
            name="School",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place_precision",
                    models.CharField(
                        choices=[
                            ("exact", "Chính xác"),
                            ("address", "Theo địa chỉ"),
                            ("commune", "Theo xã"),
                            ("province", "Theo tỉnh"),
                        ],
                        default="exact",
                        max_length=8,
                    ),
                ),
                ("version", models.BigIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=160)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("kindergarten", "Mầm non"),
                            ("primary", "Tiểu học"),
                            ("lower_secondary", "Trung học cơ sở"),
                            ("upper_secondary", "Trung học phổ thông"),
                            ("combined", "Liên cấp"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        choices=[("public", "Công lập"), ("private", "Ngoài công lập")], default="public", max_length=8
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("principal", models.CharField(blank=True, max_length=100)),
                ("pupils", models.PositiveIntegerField(null=True)),
                ("classes", models.PositiveIntegerField(null=True)),
                ("teachers", models.PositiveIntegerField(null=True)),
                ("school_year", models.CharField(blank=True, max_length=9)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                ("geom", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admin_units.adminunit"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(fields=["level"], name="education_school_level"),
                    models.Index(fields=["pupils"], name="education_school_pupils"),
                    models.Index(fields=["ownership"], name="education_school_ownership"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("geom__isvalid", True)), name="education_school_geom_valid"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("school_year", ""), ("school_year__regex", "^20[0-9]{2}-20[0-9]{2}$"), _connector="OR"
                        ),
                        name="education_school_year",
                    ),
                ],
            },
        ),
    ]
