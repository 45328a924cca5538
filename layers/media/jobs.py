"""Every night: remove the photos whose time is over, and files that no photo names."""

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.media.storage import sweep


@app.periodic(cron="17 19 * * *")  # 02:17 in Viet Nam
@app.task(name="media.sweep", queueing_lock="media.sweep", pass_context=False)
def sweep_media(timestamp: int) -> None:
    """The queue's call of `storage.sweep`."""
    sweep(timezone.now())
