"""Roads, water, places, addresses; the first zoom of each is kept by the database."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database"), ("admin_units", "0001_units")]

    operations = [
        migrations.CreateModel(
            name="Address",
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
                ("name", models.CharField(blank=True, max_length=160)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                ("house_number", models.CharField(max_length=20)),
                ("street", models.CharField(max_length=100)),
                ("hamlet", models.CharField(blank=True, max_length=100)),
                ("geom", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["street"], name="basemap_address_street")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("geom__isvalid", True)), name="basemap_address_geom_valid"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
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
                ("name", models.CharField(blank=True, max_length=160)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commune_centre", "Trung tâm xã, phường"),
                            ("hamlet", "Ấp, khu phố, thôn"),
                            ("market", "Chợ"),
                            ("island", "Đảo"),
                        ],
                        max_length=16,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=4)),
                ("geom", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                (
                    "from_zoom",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(kind="island", then=models.Value(8)),
                            models.When(kind="commune_centre", then=models.Value(11)),
                            models.When(kind="hamlet", then=models.Value(12)),
                            default=models.Value(13),
                            output_field=models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["kind"], name="basemap_place_kind")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("geom__isvalid", True)), name="basemap_place_geom_valid")
                ],
            },
        ),
        migrations.CreateModel(
            name="Road",
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
                ("name", models.CharField(blank=True, max_length=160)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                ("ref", models.CharField(blank=True, max_length=20)),
                (
                    "road_class",
                    models.CharField(
                        choices=[
                            ("motorway", "Đường cao tốc"),
                            ("trunk", "Quốc lộ"),
                            ("primary", "Đường chính"),
                            ("secondary", "Đường tỉnh"),
                            ("tertiary", "Đường liên xã"),
                            ("residential", "Đường nhỏ"),
                        ],
                        max_length=12,
                    ),
                ),
                ("length_m", models.FloatField()),
                ("geom", django.contrib.gis.db.models.fields.MultiLineStringField(srid=4326)),
                (
                    "from_zoom",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(road_class="motorway", then=models.Value(6)),
                            models.When(road_class="trunk", then=models.Value(6)),
                            models.When(road_class="primary", then=models.Value(7)),
                            models.When(road_class="secondary", then=models.Value(8)),
                            models.When(road_class="tertiary", then=models.Value(11)),
                            default=models.Value(12),
                            output_field=models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["road_class"], name="basemap_road_class")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("geom__isvalid", True)), name="basemap_road_geom_valid")
                ],
            },
        ),
        migrations.CreateModel(
            name="Water",
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
                ("name", models.CharField(blank=True, max_length=160)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("river", "Sông"),
                            ("canal", "Kênh, rạch"),
                            ("stream", "Suối"),
                            ("lake", "Hồ"),
                            ("reservoir", "Hồ chứa nước"),
                            ("pond", "Ao"),
                        ],
                        max_length=10,
                    ),
                ),
                ("width_m", models.FloatField(default=0)),
                ("geom", django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                (
                    "from_zoom",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(kind="river", then=models.Value(6)),
                            models.When(kind="lake", then=models.Value(7)),
                            models.When(kind="reservoir", then=models.Value(7)),
                            models.When(kind="canal", then=models.Value(10)),
                            models.When(kind="stream", then=models.Value(11)),
                            default=models.Value(12),
                            output_field=models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admin_units.adminunit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["kind"], name="basemap_water_kind")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("geom__isvalid", True)), name="basemap_water_geom_valid")
                ],
            },
        ),
    ]
