"""What the kernel does by the clock: prune the change journal, let sightings end."""

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.core import journal, stream


@app.periodic(cron="17 * * * *")
@app.task(name="core.prune_journal", queueing_lock="core.prune_journal")
def prune_journal(timestamp: int) -> None:
    """Drop journal entries that no returning browser will be told of any more."""
    journal.prune()


@app.periodic(cron="* * * * *")
@app.task(name="core.expire_sightings", queueing_lock="core.expire_sightings")
def expire_sightings(timestamp: int) -> None:
    """End what streams no longer see."""
    stream.expire(timezone.now())
