"""Units, their lineage and their boundaries; a boundary's level is its unit's."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database")]

    operations = [
        migrations.CreateModel(
            name="AdminUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=5)),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")],
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "Thành phố trực thuộc trung ương"),
                            ("province", "Tỉnh"),
                            ("ward", "Phường"),
                            ("commune", "Xã"),
                            ("special_zone", "Đặc khu"),
                            ("township", "Thị trấn"),
                            ("urban_district", "Quận"),
                            ("district", "Huyện"),
                            ("town", "Thị xã"),
                            ("provincial_city", "Thành phố thuộc tỉnh"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("full_name", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("name_key", models.CharField(max_length=120)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("is_current", models.BooleanField(default=False)),
                ("legal_ref", models.CharField(blank=True, max_length=100)),
                ("area_km2", models.FloatField(null=True)),
                ("population", models.PositiveIntegerField(null=True)),
                ("srid", models.PositiveIntegerField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdminLineage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("relation", models.CharField(choices=[("whole", "Toàn bộ"), ("part", "Một phần")], max_length=5)),
                ("is_default", models.BooleanField()),
                ("effective_date", models.DateField()),
                ("legal_ref", models.CharField(blank=True, max_length=100)),
                ("area_share", models.FloatField(null=True)),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_to_successors",
                        to="admin_units.adminunit",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_to_predecessors",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Boundary",
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
                (
                    "level",
                    models.CharField(
                        choices=[("province", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")],
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("is_current", models.BooleanField(default=False)),
                ("geom", django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                ("label_point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("computed_area_km2", models.FloatField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("illustrative", "Ranh giới minh hoạ"),
                            ("imported", "Ranh giới nhập từ tệp"),
                            ("dissolved", "Ghép từ ranh giới các xã đã nhập"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boundaries",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="adminunit",
            index=models.Index(fields=["level", "is_current", "code"], name="admin_units_unit_current"),
        ),
        migrations.AddConstraint(
            model_name="adminunit",
            constraint=models.UniqueConstraint(
                fields=("code", "level", "valid_from"), name="admin_units_unit_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="adminunit",
            constraint=models.UniqueConstraint(fields=("id", "level"), name="admin_units_unit_level"),
        ),
        migrations.AddConstraint(
            model_name="adminunit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("code", "="),
                    ("level", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="admin_units_unit_periods_apart",
            ),
        ),
        migrations.AddConstraint(
            model_name="adminunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{2,5}$")), name="admin_units_unit_code_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="adminunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("area_km2__isnull", True), ("area_km2__gt", 0), _connector="OR"),
                name="admin_units_unit_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="adminlineage",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="admin_units_lineage_once"),
        ),
        migrations.AddConstraint(
            model_name="adminlineage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area_share__isnull", True),
                    models.Q(("area_share__gt", 0), ("area_share__lte", 1)),
                    _connector="OR",
                ),
                name="admin_units_lineage_share",
            ),
        ),
        migrations.AddIndex(
            model_name="boundary",
            index=models.Index(fields=["level", "is_current"], name="admin_units_boundary_current"),
        ),
        migrations.AddIndex(
            model_name="boundary",
            index=models.Index(fields=["valid_from", "valid_to"], name="admin_units_boundary_period"),
        ),
        migrations.AddConstraint(
            model_name="boundary",
            constraint=models.CheckConstraint(
                condition=models.Q(("geom__isvalid", True)), name="admin_units_boundary_geom_valid"
            ),
        ),
        migrations.AddConstraint(
            model_name="boundary",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("unit", "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="admin_units_boundary_apart",
            ),
        ),
        migrations.RunSQL(
            "alter table admin_units_boundary add constraint admin_units_boundary_level"
            " foreign key (unit_id, level) references admin_units_adminunit (id, level) deferrable initially deferred",
            "alter table admin_units_boundary drop constraint admin_units_boundary_level",
        ),
    ]
