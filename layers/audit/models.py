"""The access log's table, as Django reads it. Its columns, chain and refusals are made by migration 0001."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from layers.audit.chain import content_hash, instant


class AuditEntry(models.Model):
    """One thing somebody did: who, what, to which feature, when and why.

    `managed = False`: no command of Django (`flush` among them) may empty the table; UPDATE, DELETE and TRUNCATE are
    refused by triggers. The owner of the table can still drop the triggers: keep the last hash that `verify_audit`
    prints outside this machine. Entries are kept 24 months; removing older ones is the database administrator's
    recorded act, after an archive, and `verify_audit --first` then says where the log begins.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    login = models.TextField(null=True)
    device = models.TextField(null=True)
    roles = ArrayField(models.TextField())
    action = models.TextField()
    layer = models.TextField(null=True)
    feature_id = models.BigIntegerField(null=True)
    purpose = models.TextField(null=True)
    detail = models.JSONField()
    previous_hash = models.TextField()
    hash = models.TextField()

    class Meta:
        """Newest first."""

        managed = False
        db_table = "audit_entry"
        ordering = ("-sequence",)
        verbose_name = "mục nhật ký truy cập / access log entry"
        verbose_name_plural = "nhật ký truy cập / access log"

    def __str__(self) -> str:
        """Number, who and what."""
        return f"{self.sequence} {self.login or self.device or '-'} {self.action}"

    def computed_hash(self, detail_text: str) -> str:
        """The hash these columns must have.

        Args:
            detail_text: `detail` as PostgreSQL writes it (`detail::text`).
        """
        numbers = {name: _text(getattr(self, name)) for name in ("user_id", "feature_id")}
        return content_hash(
            [
                str(self.sequence),
                instant(self.at),
                numbers["user_id"],
                self.login,
                self.device,
                self.roles,
                self.action,
                self.layer,
                numbers["feature_id"],
                self.purpose,
                detail_text,
                self.previous_hash,
            ]
        )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
