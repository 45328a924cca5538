"""What time changes: which units hold today."""

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.admin_units.current import keep_current


@app.periodic(cron="2 17 * * *", periodic_id="admin_units")
@app.task(name="layers.admin_units.keep_current")
def keep_units_current(timestamp: int) -> None:
    """At 00:02 in Vietnam (17:02 UTC): units whose first or last day has come."""
    keep_current(timezone.localdate())
