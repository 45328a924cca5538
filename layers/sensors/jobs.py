"""What stations do by the clock: means and indices follow the readings, months are made ahead and moved out."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from layers.sensors import archive, mean, partition, standing
from layers.sensors.models import RejectedReading
from layers.sensors.quality.neighbour import compare
from layers.sensors.quality.rerun import rerun

REJECTED_FOR = timedelta(days=365)
"""How long rejected readings are kept."""


@app.periodic(cron="* * * * * */10")
@app.task(name="sensors.follow", queueing_lock="sensors.follow", pass_context=False)
def follow_readings(timestamp: int) -> None:
    """Every ten seconds: `follow`."""
    follow(timezone.now())


@app.periodic(cron="41 18 * * *")  # 01:41 in Viet Nam
@app.task(name="sensors.keep_months", queueing_lock="sensors.keep_months", pass_context=False)
def keep_months(timestamp: int) -> None:
    """Every night: months ahead, months that leave, rejected readings whose time is over."""
    now = timezone.now()
    partition.ensure_ahead(now)
    RejectedReading.objects.filter(received_at__lt=now - REJECTED_FOR).delete()
    if settings.READINGS_MONTHS:
        archive.keep_months(now, settings.READINGS_MONTHS)


@app.periodic(cron="9 * * * *")
@app.task(name="sensors.compare_neighbours", queueing_lock="sensors.compare_neighbours", pass_context=False)
def compare_neighbours(timestamp: int) -> None:
    """Every hour: doubt stations that are far from their neighbours."""
    compare(timezone.now())


@app.periodic(cron="*/2 * * * *")
@app.task(name="sensors.judge_again", queueing_lock="sensors.judge_again", pass_context=False)
def judge_readings_again(timestamp: int) -> None:
    """Every two minutes, for half a minute at most: judge again what other versions of the tests judged."""
    rerun(timezone.now())


def follow(now: datetime) -> None:
    """Make anew every mean and hour that readings touched, fill hours that never stood, show how stations stand now.

    A part of the queue and all that follows from it is one transaction: what stops half way is done again.
    """
    while True:
        with transaction.atomic():
            touched = mean.refresh()
            standing.refresh(touched, now)
        if not touched:
            break
    standing.fill(now)
    standing.show(now)
