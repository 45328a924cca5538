"""The demo's scans: two papers of invented content for one parcel, one for another, each page marked as a demo."""

from collections.abc import Callable
from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.template.loader import render_to_string

from land_records.demo import MARK
from land_records.figures import decimal
from land_records.models import Document, Parcel, Scan, ScanWithdrawal, Source
from land_records.scans.attach import attach
from land_records.terms import DocumentKind, LegalStatus
from layers.core.errors import Busy
from layers.core.viewer import HOUSE
from layers.press.lane import press
from layers.press.letters import letters

DPI = 110
"""Of the picture: an A4 page of about 100 kB."""
_PAPERS = (
    (0, DocumentKind.CONTRACT, "Hợp đồng chuyển nhượng quyền sử dụng đất", "pdf"),
    (0, DocumentKind.OTHER, "Biên bản xác định ranh giới thửa đất", "png"),
    (1, DocumentKind.CONTRACT, "Hợp đồng tặng cho quyền sử dụng đất", "pdf"),
)
"""Which parcel, kind and title of the paper, form of its scan."""


def remember(commune: int, place: str, say: Callable[[str], object]) -> None:
    """Attach the scans to the first certified parcels of a commune (by key; `place` is its name), once."""
    demo = Parcel.objects.current().filter(commune_id=commune, source=Source.DEMO.value)
    if Scan.objects.filter(is_demo=True, document__su_id__in=demo.values("su_id")).exists():
        return
    parcels = demo.filter(status=LegalStatus.CERTIFIED.value, made_by=None).order_by("sheet", "parcel_number")[:2]
    try:
        pages = [
            (row, kind, title, form, _pressed(row, title, place, form))
            for at, kind, title, form in _PAPERS
            for row in parcels[at : at + 1]
        ]
    except Busy as fault:
        say(f"no scans: {fault}")
        return
    for row, kind, title, form, content in pages:
        paper = Document.objects.create(kind=kind.value, su_id=row.su_id, title=title + MARK, is_demo=True)
        name = f"demo-{row.sheet}-{row.parcel_number}.{form}"
        file = InMemoryUploadedFile(BytesIO(content), "file", name, None, len(content), None)
        attach(paper, file, HOUSE, su_id=row.su_id, is_demo=True)


def forget(commune: int) -> None:
    """Remove the demo's papers of a commune's demo parcels with their scans; the sweep takes the files."""
    gone = Parcel.objects.filter(commune_id=commune, source=Source.DEMO.value).values("su_id")
    papers = Document.objects.filter(is_demo=True, transaction=None, su_id__in=gone)
    scans = Scan.objects.filter(document__in=papers.values("pk"), is_demo=True)
    ScanWithdrawal.objects.filter(scan__in=scans.values("pk")).delete()
    scans.delete()
    papers.filter(scans=None).delete()


def _pressed(row: Parcel, title: str, place: str, form: str) -> bytes:
    area = decimal(float(row.recorded_area_m2), 1, "vi")
    given = {"row": row, "title": title, "place": place, "area": area, "letters": letters()}
    return press(render_to_string("land_records/demo_paper.html", given), form, DPI)
