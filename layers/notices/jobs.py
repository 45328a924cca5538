"""The queue's side of the notices: deliver new ones at once, failed ones when due, forget old ones."""

from collections.abc import Sequence

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.notices import delivery
from layers.notices.outbox import DELIVER


@app.task(name=DELIVER)
def deliver(ids: Sequence[int]) -> None:
    """Deliver what a transaction just queued."""
    delivery.deliver(ids)


@app.periodic(cron="* * * * *")
@app.task(name="notices.deliver_due", queueing_lock="notices.deliver_due", lock="notices.deliver_due")
def deliver_due(timestamp: int) -> None:
    """Deliver what is due: later tries, and what a worker that died left behind."""
    delivery.deliver_due()


@app.periodic(cron="41 19 * * *")  # 02:41 in Viet Nam
@app.task(name="notices.forget", queueing_lock="notices.forget")
def forget(timestamp: int) -> None:
    """Remove the notices of long ago."""
    delivery.forget(timezone.now())
