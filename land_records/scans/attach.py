"""A scan's way in, and how a wrong one is withdrawn."""

from hashlib import sha256
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Max

from land_records.models import Document, Scan, ScanWithdrawal
from land_records.scans import folder
from land_records.scans.content import type_of
from land_records.transactions.filing import refusal
from layers.audit import record
from layers.core.viewer import Viewer

LAYER = "parcel_cases"
MOST = 100
"""Files of one paper."""
NAME_CHARACTERS = 200


def attach(document: Document, file: Any, by: Viewer, *, su_id: int, is_demo: bool = False) -> Scan:
    """Keep one more file of a paper; in a transaction, which stands or falls with it.

    Args:
        document: the paper.
        file: what a form gives, `.size` in bytes; the type it claims is ignored.
        by: who attaches it.
        su_id: the parcel in whose record that is done, for the access log.
        is_demo: whether it was invented.

    Raises:
        Invalid: field `file` is empty, too large, of no known kind, damaged, there already, or one too many.
    """
    most_mb = settings.GEO_IOC_SCAN_MAX_MB
    if not file.size:
        raise refusal("file", "Tệp rỗng.", "The file is empty.")
    if file.size > most_mb << 20:
        raise refusal("file", f"Tệp lớn hơn {most_mb} MB.", f"The file is larger than {most_mb} MB.")
    kind = type_of(file, file.size)
    Document.objects.select_for_update().get(pk=document.pk)
    kept = Scan.objects.filter(document=document)
    last = kept.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST:
        raise refusal("file", f"Giấy tờ này đã có {MOST} tệp.", f"This paper has {MOST} files already.")
    if kept.filter(sha256=_digest(file), withdrawal__isnull=True).exists():
        raise refusal("file", "Giấy tờ này đã có tệp ấy.", "This paper has that file already.")
    name = uuid4()
    with folder.written(name, file) as digest:
        scan = Scan.objects.create(
            document=document,
            position=last + 1,
            file=name,
            sha256=digest,
            type=kind.value,
            size_bytes=file.size,
            name=PurePath(str(file.name or "")).name[:NAME_CHARACTERS],
            added_by_id=by.user_id,
            is_demo=is_demo,
        )
        if not is_demo:
            record(
                by,
                "scan_attached",
                layer=LAYER,
                feature_id=su_id,
                detail={"scan": scan.pk, "document": document.pk, "type": scan.type, "bytes": scan.size_bytes},
            )
    return scan


def withdraw(scan: Scan, by: Viewer, *, su_id: int, reason: str) -> None:
    """Say that a scan is a wrong one: nobody opens it any more; its bytes stay."""
    ScanWithdrawal.objects.create(scan=scan, by_id=by.user_id, reason=reason)
    record(by, "scan_withdrawn", layer=LAYER, feature_id=su_id, detail={"scan": scan.pk})


def _digest(file: Any) -> str:
    file.seek(0)
    total = sha256()
    while part := file.read(folder.PART_BYTES):
        total.update(part)
    return total.hexdigest()
