"""Stations, what they measure, and the partitioned table of readings."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

READING = """
create table sensors_reading (
  datastream_id bigint not null,
  at timestamptz not null,
  value float8 not null,
  status varchar(2) not null default '00',
  flag smallint not null default 2 check (flag in (1, 2, 3, 4, 9)),
  released boolean not null default false,
  received_at timestamptz not null,
  primary key (datastream_id, at)
) partition by range (at);
create index sensors_reading_at on sensors_reading using brin (at);
comment on table sensors_reading is 'measured values, one partition a month of UTC';
"""

PAST = """
create view sensors_paststation as
select s.id, s.place_precision, s.version, s.updated_at, s.code, s.name, s.kind, s.commune_id, s.address, s.operator,
       s.duty_phone, s.device, s.alert_1_m, s.alert_2_m, s.alert_3_m, s.record_m, s.source, s.geom,
       h.aqi, coalesce(h.pollutant, '') as pollutant, h.wqi, h.flood, h.level_m, h.observed_at,
       coalesce(h.stale, true) as stale, coalesce(h.flagged, false) as flagged, hours.hour
from generate_series(date_trunc('hour', now()) - interval '31 days', date_trunc('hour', now()), interval '1 hour')
     as hours (hour)
cross join sensors_station s
left join sensors_hourlyindex h on h.station_id = s.id and h.at = hours.hour;
comment on view sensors_paststation is 'every station as it stood at the end of each hour of the last 31 days';
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("admin_units", "0002_name_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="PastStation",
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
                ("aqi", models.SmallIntegerField(editable=False, null=True)),
                ("pollutant", models.CharField(blank=True, editable=False, max_length=16)),
                ("wqi", models.SmallIntegerField(editable=False, null=True)),
                ("flood", models.SmallIntegerField(editable=False, null=True)),
                ("level_m", models.FloatField(editable=False, null=True)),
                ("observed_at", models.DateTimeField(editable=False, null=True)),
                ("stale", models.BooleanField(default=True, editable=False)),
                ("flagged", models.BooleanField(default=False, editable=False)),
                ("name", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("air", "Không khí"), ("surface_water", "Nước mặt"), ("water_level", "Mực nước")],
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("operator", models.CharField(blank=True, max_length=160)),
                ("duty_phone", models.CharField(blank=True, max_length=20)),
                ("device", models.CharField(blank=True, max_length=100)),
                ("alert_1_m", models.FloatField(blank=True, null=True)),
                ("alert_2_m", models.FloatField(blank=True, null=True)),
                ("alert_3_m", models.FloatField(blank=True, null=True)),
                ("record_m", models.FloatField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("real", "Trạm có thật")],
                        default="real",
                        max_length=8,
                    ),
                ),
                ("geom", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("hour", models.DateTimeField()),
                ("code", models.CharField(max_length=60)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "sensors_paststation",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "datastream_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("value", models.FloatField()),
                ("status", models.CharField(default="00", max_length=2)),
                (
                    "flag",
                    models.SmallIntegerField(
                        choices=[(1, "Pass"), (2, "Not Evaluated"), (3, "Suspect"), (4, "Fail"), (9, "Missing")],
                        default=2,
                    ),
                ),
                ("released", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ArchivedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("path", models.CharField(max_length=200)),
                ("rows", models.BigIntegerField()),
                ("archived_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Datastream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.CharField(max_length=32)),
                ("unit", models.CharField(blank=True, max_length=16)),
                ("sensor", models.CharField(blank=True, max_length=120)),
                ("interval_s", models.PositiveIntegerField(default=300)),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Mean",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "datastream_id", "span", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[
                            ("5m", "Five Minutes"),
                            ("1h", "Hour"),
                            ("8h", "Eight Hours"),
                            ("24h", "Day"),
                            ("month", "Month"),
                        ],
                        max_length=5,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("mean", models.FloatField()),
                ("least", models.FloatField()),
                ("most", models.FloatField()),
                ("count", models.IntegerField()),
                ("expected", models.IntegerField()),
                ("is_complete", models.BooleanField()),
                (
                    "datastream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sensors.datastream"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RejectedReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("station", models.CharField(max_length=60)),
                ("quantity", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField(null=True)),
                ("value", models.FloatField(null=True)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=32)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["received_at"], name="sensors_rejected_received")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "quantity", "at", "value", "text", "reason"),
                        name="sensors_rejected_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
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
                ("aqi", models.SmallIntegerField(editable=False, null=True)),
                ("pollutant", models.CharField(blank=True, editable=False, max_length=16)),
                ("wqi", models.SmallIntegerField(editable=False, null=True)),
                ("flood", models.SmallIntegerField(editable=False, null=True)),
                ("level_m", models.FloatField(editable=False, null=True)),
                ("observed_at", models.DateTimeField(editable=False, null=True)),
                ("stale", models.BooleanField(default=True, editable=False)),
                ("flagged", models.BooleanField(default=False, editable=False)),
                ("code", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("air", "Không khí"), ("surface_water", "Nước mặt"), ("water_level", "Mực nước")],
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("operator", models.CharField(blank=True, max_length=160)),
                ("duty_phone", models.CharField(blank=True, max_length=20)),
                ("device", models.CharField(blank=True, max_length=100)),
                ("alert_1_m", models.FloatField(blank=True, null=True)),
                ("alert_2_m", models.FloatField(blank=True, null=True)),
                ("alert_3_m", models.FloatField(blank=True, null=True)),
                ("record_m", models.FloatField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("real", "Trạm có thật")],
                        default="real",
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
            },
        ),
        migrations.CreateModel(
            name="HourlyIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("aqi", models.SmallIntegerField(editable=False, null=True)),
                ("pollutant", models.CharField(blank=True, editable=False, max_length=16)),
                ("wqi", models.SmallIntegerField(editable=False, null=True)),
                ("flood", models.SmallIntegerField(editable=False, null=True)),
                ("level_m", models.FloatField(editable=False, null=True)),
                ("observed_at", models.DateTimeField(editable=False, null=True)),
                ("stale", models.BooleanField(default=True, editable=False)),
                ("flagged", models.BooleanField(default=False, editable=False)),
                ("at", models.DateTimeField()),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="sensors.station"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="datastream",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="datastreams", to="sensors.station"
            ),
        ),
        migrations.CreateModel(
            name="TouchedHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "datastream",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sensors.datastream",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormerReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("value", models.FloatField()),
                ("status", models.CharField(max_length=2)),
                ("flag", models.SmallIntegerField()),
                ("received_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "datastream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sensors.datastream"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["datastream", "at"], name="sensors_former_at")],
            },
        ),
        migrations.AddIndex(
            model_name="station",
            index=models.Index(fields=["kind"], name="sensors_station_kind"),
        ),
        migrations.AddIndex(
            model_name="station",
            index=models.Index(fields=["aqi"], name="sensors_station_aqi"),
        ),
        migrations.AddIndex(
            model_name="station",
            index=models.Index(fields=["wqi"], name="sensors_station_wqi"),
        ),
        migrations.AddIndex(
            model_name="station",
            index=models.Index(fields=["flood"], name="sensors_station_flood"),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.CheckConstraint(
                condition=models.Q(("geom__isvalid", True)), name="sensors_station_geom_valid"
            ),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alert_1_m__isnull", True), ("alert_2_m__isnull", True), ("alert_3_m__isnull", True)),
                    models.Q(("alert_1_m__lt", models.F("alert_2_m")), ("alert_2_m__lt", models.F("alert_3_m"))),
                    _connector="OR",
                ),
                name="sensors_station_levels_ascend",
            ),
        ),
        migrations.AddIndex(
            model_name="hourlyindex",
            index=models.Index(fields=["station", "-at"], name="sensors_hourly_index_station"),
        ),
        migrations.AddConstraint(
            model_name="hourlyindex",
            constraint=models.UniqueConstraint(fields=("at", "station"), name="sensors_hourly_index_one"),
        ),
        migrations.AddConstraint(
            model_name="datastream",
            constraint=models.UniqueConstraint(fields=("station", "quantity"), name="sensors_datastream_one"),
        ),
        migrations.AddConstraint(
            model_name="datastream",
            constraint=models.CheckConstraint(
                condition=models.Q(("interval_s__gt", 0)), name="sensors_datastream_interval"
            ),
        ),
        migrations.RunSQL(READING, "drop table sensors_reading"),
        migrations.RunSQL(PAST, "drop view sensors_paststation"),
    ]
