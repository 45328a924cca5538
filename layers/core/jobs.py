"""What the kernel does by the clock: prune the change journal, let sightings end, add up what cells count."""

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.core import journal, stream
from layers.core.install import keep_cells as keep


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


@app.periodic(cron="* * * * * */10")
@app.task(name="core.keep_cells", queueing_lock="core.keep_cells")
def keep_cells(timestamp: int) -> None:
    """Add up what statements added to the cells since, so that reading them stays quick."""
    keep()
