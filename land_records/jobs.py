"""What the register does by the clock: plans in force, a year before, what follows of changed parcels, scans."""

from django.utils import timezone
from procrastinate.contrib.django import app

from land_records.planning.register import keep_current
from land_records.quality.recompute import check_changed
from land_records.scans.folder import sweep
from land_records.statistics.kept import keep_up
from layers.core import journal

STATISTICS = "land_statistics"


@app.periodic(cron="4 17 * * *", periodic_id="planning")
@app.task(name="land_records.keep_plans_current")
def keep_plans_current(timestamp: int) -> None:
    """At 00:04 in Vietnam (17:04 UTC): plans whose first or last day has come."""
    keep_current(timezone.localdate())


@app.periodic(cron="* * * * * */10", periodic_id="statistics")
@app.task(name="land_records.keep_statistics", queueing_lock="land_records.keep_statistics")
def keep_statistics(timestamp: int) -> None:
    """Every ten seconds: communes whose parcels changed are added up."""
    keep_up()


@app.periodic(cron="5 17 * * *", periodic_id="statistics_day")
@app.task(name="land_records.begin_day_of_statistics")
def begin_day_of_statistics(timestamp: int) -> None:
    """At 00:05 in Vietnam: a year before is another day, though nothing was written."""
    journal.touch(STATISTICS)


@app.periodic(cron="* * * * *")
@app.task(name="land_records.check_changed_parcels", queueing_lock="land_records.check_changed_parcels")
def check_changed_parcels(timestamp: int) -> None:
    """Every minute, for less than one: look at the parcels that changed and at those beside them."""
    check_changed()


@app.periodic(cron="41 19 * * *", periodic_id="scans")
@app.task(name="land_records.sweep_scans", queueing_lock="land_records.sweep_scans")
def sweep_scans(timestamp: int) -> None:
    """At 02:41 in Vietnam: files of scans that no row names."""
    sweep()
