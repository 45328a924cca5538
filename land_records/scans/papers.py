"""Which papers a parcel's record holds: its own, those of its transactions, those of the parcels it came of."""

from django.db.models import Count, F, Q, QuerySet

from land_records.descent import ancestors
from land_records.models import Document, Parcel

MAX_PAPERS = 200
"""Of one parcel, the newest."""
MAX_STEPS = 60
"""Of descent, back to which papers are shown."""


def papers_of(row: Parcel) -> QuerySet[Document]:
    """The papers of a parcel's record, the newest first, each with `files`: how many scans of it can be opened."""
    family = {row.su_id, *ancestors(row.su_id, most=MAX_STEPS).parcels}
    versions = Parcel.objects.filter(su_id=row.su_id)
    filed = {*versions.values_list("made_by", flat=True), *versions.values_list("closed_by", flat=True)} - {None}
    found = Document.objects.filter(Q(su_id__in=family) | Q(transaction__in=filed))
    files = Count("scans", filter=Q(scans__withdrawal__isnull=True))
    return found.annotate(files=files).order_by(F("issued_on").desc(nulls_last=True), "-pk")
