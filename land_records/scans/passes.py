"""A pass opens one scan for the officer who gave a purpose, for a quarter of an hour; it names the log's entry."""

from urllib.parse import urlencode

from django.core import signing

from land_records.models import Scan
from layers.audit import Receipt
from layers.audit.models import AuditEntry
from layers.core.viewer import Viewer

SECONDS = 900
_SALT = "land_records.scan"


def address(scan: Scan, su_id: int, viewer: Viewer, given: Receipt) -> str:
    """Where this viewer opens the scan, from the record of a parcel, for the purpose of the log's entry `given`."""
    made = signing.dumps([scan.pk, su_id, viewer.user_id, given.sequence], salt=_SALT)
    return f"/api/land/parcels/{su_id}/scans/{scan.pk}?{urlencode({'pass': made})}"


def purpose(text: str, scan: Scan, su_id: int, viewer: Viewer) -> str | None:
    """The purpose behind a pass; None where it is none, of another scan or viewer, or too old."""
    try:
        *whose, sequence = signing.loads(text, salt=_SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if whose != [scan.pk, su_id, viewer.user_id]:
        return None
    return AuditEntry.objects.filter(sequence=sequence).values_list("purpose", flat=True).first()
