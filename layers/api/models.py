"""Replies kept for requests that are sent again with the same Idempotency-Key."""

from django.db import models


class IdempotentReply(models.Model):
    """The reply to a POST, kept for a day; without `status` it is still being worked on.

    Attributes:
        key: SHA-256 of who asked, where, and the Idempotency-Key.
        body_hash: SHA-256 of what was sent: the same key with other content is refused.
    """

    key = models.CharField(max_length=64, unique=True)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Its key's beginning."""
        return self.key[:12]
