"""What time changes: which plans are in force today."""

from django.utils import timezone
from procrastinate.contrib.django import app

from land_records.planning.register import keep_current


@app.periodic(cron="4 17 * * *", periodic_id="planning")
@app.task(name="land_records.keep_plans_current")
def keep_plans_current(timestamp: int) -> None:
    """At 00:04 in Vietnam (17:04 UTC): plans whose first or last day has come."""
    keep_current(timezone.localdate())
