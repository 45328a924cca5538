"""Scans of papers: what a page looks like, kept as it came; a wrong one is withdrawn, none is changed or removed."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from land_records.models.transaction import Document
from layers.core.attribute import Options


class ScanType(Options):
    """What the content of a scan is, whatever its name says."""

    PDF = "application/pdf", "PDF", "PDF"
    JPEG = "image/jpeg", "Ảnh JPEG", "JPEG picture"
    PNG = "image/png", "Ảnh PNG", "PNG picture"
    TIFF = "image/tiff", "Ảnh TIFF", "TIFF picture"


class Scan(models.Model):
    """One file of a paper's scan (bản quét): shows persons, so it is opened for a purpose only.

    Attributes:
        position: of the file among those of its paper, from 1.
        file: name of the bytes in the folder of scans.
        sha256: of the bytes as they came; compared each time they are read.
        name: of the file as it was sent; may name a person.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="scans")
    position = models.PositiveSmallIntegerField()
    file = models.UUIDField(default=uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    type = models.CharField(max_length=20, choices=ScanType.choices())
    size_bytes = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        """In the order of the paper's files."""

        ordering = ("document", "position")
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="land_records_scan_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="land_records_scan_sha256"),
        ]

    def __str__(self) -> str:
        """Its row, never its name."""
        return f"Scan {self.pk}"


class ScanWithdrawal(models.Model):
    """That a scan is not what it was taken for: since then nobody opens it; its file stays."""

    scan = models.OneToOneField(Scan, models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000)

    def __str__(self) -> str:
        """Of which scan."""
        return f"Withdrawal of {self.scan_id}"
