"""What the API keeps only for a while."""

from django.utils import timezone
from procrastinate.contrib.django import app

from layers.api.idempotency import KEPT
from layers.api.models import IdempotentReply


@app.periodic(cron="17 * * * *", periodic_id="api")
@app.task(name="layers.api.forget_replies")
def forget_replies(timestamp: int) -> None:
    """Every hour: replies older than a day."""
    IdempotentReply.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
