"""Stations, what they measure, and what is made of it.

`Reading` is partitioned by month (`partition`), written only by `storage`; `Mean` only by `mean`; `HourlyIndex` and the
index columns of `Station` only by `standing`.
"""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone

from layers.core.attribute import Options
from layers.core.models import MapFeature
from layers.sensors.quality.flag import Flag as Flag


class StationKind(Options):
    """What a station watches (loại trạm)."""

    AIR = "air", "Không khí", "Air", "#0B5FA5", "temaki:windsock"
    SURFACE_WATER = "surface_water", "Nước mặt", "Surface water", "#1B7F5C", "maki:water"
    WATER_LEVEL = "water_level", "Mực nước", "Water level", "#8E3B8A", "temaki:buoy"


class Source(Options):
    """Whether a row is invented or real."""

    DEMO = "demo", "Dữ liệu trình diễn, sinh tự động", "Demo data, generated"
    REAL = "real", "Trạm có thật", "A real station"


LAYER = "stations"
STALE_AFTER = 1.5
"""Expected intervals without a usable reading after which a station is stale (reference: air-quality, §5)."""
MEASURING = "00"
"""Status of a device that measures (`ingest.station_file.Status`); every other one keeps a value out of means."""


class Standing(models.Model):
    """How a station stands: its indices by its latest readings or, in the past, at the end of an hour.

    Attributes:
        aqi, pollutant: VN_AQI of the hour and the pollutant that makes it.
        wqi: VN_WQI of the hour.
        flood: alert level 0 to 3, 4 above the record; `level_m` the water level by the gauge's own datum.
        observed_at: time of the newest reading.
        stale: nothing usable has come for 1.5 × the expected interval; the indices are then empty.
        flagged: a reading of the hour is suspect or failed and was not released.
    """

    aqi = models.SmallIntegerField(null=True, editable=False)
    pollutant = models.CharField(max_length=16, blank=True, editable=False)
    wqi = models.SmallIntegerField(null=True, editable=False)
    flood = models.SmallIntegerField(null=True, editable=False)
    level_m = models.FloatField(null=True, editable=False)
    observed_at = models.DateTimeField(null=True, editable=False)
    stale = models.BooleanField(default=True, editable=False)
    flagged = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class Site(MapFeature):
    """Where a station stands and whose it is.

    Attributes:
        code: the station's code in files and messages, as in `TN_NMXL_KK01`.
        device: name of the device whose key may send for it; empty: any device of the role.
        operator: who runs it; public. `duty_phone` is a person's and is not.
        alert_1_m, alert_2_m, alert_3_m: alert levels of a gauge by its own datum (decision 05/2020/QĐ-TTg, by station).
        record_m: the highest flood on record.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=StationKind.choices())
    commune = models.ForeignKey("admin_units.AdminUnit", models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    operator = models.CharField(max_length=160, blank=True)
    duty_phone = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=100, blank=True)
    alert_1_m = models.FloatField(null=True, blank=True)
    alert_2_m = models.FloatField(null=True, blank=True)
    alert_3_m = models.FloatField(null=True, blank=True)
    record_m = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices(), default=Source.REAL.value)
    geom = models.PointField(srid=4326)

    class Meta(MapFeature.Meta):
        abstract = True

    def __str__(self) -> str:
        """The name."""
        return self.name

    @property
    def levels_m(self) -> tuple[float, float, float] | None:
        """The three alert levels, where they are set."""
        if self.alert_1_m is None or self.alert_2_m is None or self.alert_3_m is None:
            return None
        return self.alert_1_m, self.alert_2_m, self.alert_3_m


class Station(Site, Standing):
    """A monitoring station (trạm quan trắc), known by its code, with how it stands now."""

    class Meta(Site.Meta):
        """Filtered by kind, index and staleness."""

        constraints = [
            *MapFeature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(alert_1_m__isnull=True, alert_2_m__isnull=True, alert_3_m__isnull=True)
                | Q(alert_1_m__lt=F("alert_2_m"), alert_2_m__lt=F("alert_3_m")),
                name="sensors_station_levels_ascend",
            ),
        ]
        indexes = [
            models.Index(fields=["kind"], name="sensors_station_kind"),
            models.Index(fields=["aqi"], name="sensors_station_aqi"),
            models.Index(fields=["wqi"], name="sensors_station_wqi"),
            models.Index(fields=["flood"], name="sensors_station_flood"),
        ]


class Datastream(models.Model):
    """One quantity measured at a station by one sensor (luồng số liệu).

    Attributes:
        quantity: name in `quantity.QUANTITIES`, whose unit the readings are kept in.
        interval_s: how often a reading is expected.
    """

    station = models.ForeignKey(Station, models.CASCADE, related_name="datastreams")
    quantity = models.CharField(max_length=32)
    unit = models.CharField(max_length=16, blank=True)
    sensor = models.CharField(max_length=120, blank=True)
    interval_s = models.PositiveIntegerField(default=300)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "quantity"], name="sensors_datastream_one"),
            models.CheckConstraint(condition=Q(interval_s__gt=0), name="sensors_datastream_interval"),
        ]

    def __str__(self) -> str:
        """Which quantity of which station."""
        return f"{self.station_id}/{self.quantity}"


class Reading(models.Model):
    """One measured value. Its table is partitioned by month and has no foreign key; (datastream, at) is its key.

    Attributes:
        at: the end of what was averaged by the device: a reading at 08:00 belongs to the hour that ends at 08:00.
        value: in the quantity's unit.
        status: what the device was doing, `00` measuring.
        flag: what the quality tests say; `released`: a person let a flagged value count.
        received_at: when it, or its correction, came.
    """

    pk = models.CompositePrimaryKey("datastream_id", "at")
    datastream = models.ForeignKey(Datastream, models.DO_NOTHING, db_constraint=False, related_name="+")
    at = models.DateTimeField()
    value = models.FloatField()
    status = models.CharField(max_length=2, default=MEASURING)
    flag = models.SmallIntegerField(choices=[(one.value, one.title.vi) for one in Flag], default=Flag.NOT_EVALUATED)
    released = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        """Its table is no table Django could make."""

        managed = False


HOUR_OF = "date_bin('1 hour', {at} - interval '1 microsecond', 'epoch') + interval '1 hour'"
"""SQL: the end of the hour a time belongs to; (07:00, 08:00] is 08:00."""
USABLE = f"({{r}}.status = '{MEASURING}' and ({{r}}.flag in (1, 2) or {{r}}.released))"
"""SQL over a reading `{r}`: whether it enters means, indices and latest values. Flagged ones do when released."""
COUNTS = Q(status=MEASURING) & (Q(flag__in=(Flag.PASS, Flag.NOT_EVALUATED)) | Q(released=True))
"""`USABLE` as a condition of a queryset of readings."""


class FormerReading(models.Model):
    """What a correction replaced: the value as it was known from `received_at` until `replaced_at`."""

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    value = models.FloatField()
    status = models.CharField(max_length=2)
    flag = models.SmallIntegerField()
    received_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["datastream", "at"], name="sensors_former_at")]


class RejectedReading(models.Model):
    """What arrived and was not accepted, with the reason; the same thing sent again is kept once.

    Attributes:
        station, quantity: as they were sent; they may name nothing known.
        reason: slug (`storage.Reason`).
        text: the value or line as sent, where it is no number.
    """

    station = models.CharField(max_length=60)
    quantity = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    text = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=32)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "quantity", "at", "value", "text", "reason"],
                nulls_distinct=False,
                name="sensors_rejected_once",
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="sensors_rejected_received")]


class Span(models.TextChoices):
    """What a mean is taken over; every span ends at its label, so the hour 08:00 is (07:00, 08:00]."""

    FIVE_MINUTES = "5m"
    HOUR = "1h"
    EIGHT_HOURS = "8h"
    DAY = "24h"
    MONTH = "month"


class Mean(models.Model):
    """The mean of a datastream over a span that ends at `at`.

    Attributes:
        mean, least, most: of the usable values.
        count, expected: how many parts there are, of how many: readings of 5 minutes and of an hour, complete hours of
            8 h (every hour has one) and of a local day, complete days of a local month.
        is_complete: three quarters of the parts are there.
    """

    pk = models.CompositePrimaryKey("datastream_id", "span", "at")
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+")
    span = models.CharField(max_length=5, choices=Span.choices)
    at = models.DateTimeField()
    mean = models.FloatField()
    least = models.FloatField()
    most = models.FloatField()
    count = models.IntegerField()
    expected = models.IntegerField()
    is_complete = models.BooleanField()


class TouchedHour(models.Model):
    """An hour of a datastream in which something was stored, corrected or flagged: its means are to be made anew.

    A queue: written in the transaction that touches, never updated, so that no writer waits for the one who reads it.
    Readings come by the thousand: its entries are not checked, and one whose stream is gone is passed over.
    """

    datastream = models.ForeignKey(Datastream, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    at = models.DateTimeField()


class HourlyIndex(Standing):
    """How a station stood at the end of an hour."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="hours")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at", "station"], name="sensors_hourly_index_one")]
        indexes = [models.Index(fields=["station", "-at"], name="sensors_hourly_index_station")]


class PastStation(Site, Standing):
    """A view: every station with how it stood at the end of each hour of the last 31 days."""

    hour = models.DateTimeField()
    commune = models.ForeignKey("admin_units.AdminUnit", models.DO_NOTHING, related_name="+")
    code = models.CharField(max_length=60)
    updated_at: Any = models.DateTimeField()

    class Meta:
        """A view is made by the migration."""

        managed = False
        db_table = "sensors_paststation"


class ArchivedMonth(models.Model):
    """A month of readings that left the database for a GeoParquet file, in which `series` still reads it."""

    month = models.DateField(unique=True)
    path = models.CharField(max_length=200)
    rows = models.BigIntegerField()
    archived_at = models.DateTimeField(default=timezone.now)


class ReviewVerdict(Options):
    """What a person decided about readings."""

    RELEASE = "release", "Cho dùng", "Release"
    REJECT = "reject", "Loại bỏ", "Reject"


class Review(models.Model):
    """A person's decision about the readings of a stream over [start, end]; the newest over a reading holds.

    It speaks of the values that were known at `at`: a correction that comes later is judged by the tests alone.
    Written by `quality.review`, never changed after.

    Attributes:
        readings: how many it changed.
    """

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="reviews")
    start = models.DateTimeField()
    end = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=ReviewVerdict.choices())
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    readings = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(start__lte=F("end")), name="sensors_review_period")]
        indexes = [models.Index(fields=["datastream", "end"], name="sensors_review_stream")]


class Calibration(models.Model):
    """A sensor set against a standard (hiệu chuẩn); it changes no reading that is stored.

    Attributes:
        zero_drift: what the sensor said of nothing, in the quantity's unit.
        span_drift_percent: how far it was off a known amount, percent of that amount.
        passed: whether it was within what its operator allows.
        next_on: when the next one is due.
    """

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="calibrations")
    at = models.DateTimeField()
    zero_drift = models.FloatField(null=True, blank=True)
    span_drift_percent = models.FloatField(null=True, blank=True)
    passed = models.BooleanField()
    certificate = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    next_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["datastream", "-at"], name="sensors_calibration_stream")]


class MaintenanceKind(Options):
    """What was done at a station, or what happened to it."""

    VISIT = "visit", "Kiểm tra định kỳ", "Routine visit"
    CLEANING = "cleaning", "Vệ sinh", "Cleaning"
    REPLACEMENT = "replacement", "Thay đầu đo", "Sensor replaced"
    POWER = "power", "Mất điện", "Power fault"
    COMMUNICATION = "communication", "Mất đường truyền", "Communication fault"
    RELOCATION = "relocation", "Di dời trạm", "Station moved"


class Maintenance(models.Model):
    """A time in which somebody worked at a station, or it could not work (bảo trì): its readings do not count.

    Their flag is FAIL, as it is by the device's own status, until a person releases them (`quality.review`). That there
    was maintenance, when and of what is public; who it was and the note are for officers.

    Attributes:
        streams: the quantities concerned.
        end: the last moment of it; None while it is under way.
        done_by: department, company or role that did it.
        by: who recorded it.
    """

    station = models.ForeignKey(Station, models.CASCADE, related_name="maintenance")
    streams = models.ManyToManyField(Datastream, related_name="maintenance")
    kind = models.CharField(max_length=16, choices=MaintenanceKind.choices())
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=160)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__lte=F("end")), name="sensors_maintenance_period"
            )
        ]
        indexes = [
            models.Index(fields=["station", "-start"], name="sensors_maintenance_station"),
            models.Index(fields=["end"], name="sensors_maintenance_end"),
        ]


class DoubtedHour(models.Model):
    """An hour in which a stream is far from its neighbours' median: its readings are suspect (`quality.neighbour`)."""

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    mean = models.FloatField()
    median = models.FloatField()
    neighbours = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["datastream", "at"], name="sensors_doubted_hour_one")]


class TestRun(models.Model):
    """How far back the readings of a stream carry the flags of a version of the tests. Of `quality.rerun`.

    Attributes:
        down_to: readings at or after it do; those that arrive carry them anyway.
        finished_at: all do.
        judged, changed: readings looked at, and whose flag became another.
    """

    __test__ = False  # no test of pytest's

    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+")
    version = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    down_to = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    judged = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["datastream", "version"], name="sensors_test_run_one")]
