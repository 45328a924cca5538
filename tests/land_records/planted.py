"""A parcel with words that must never be seen: whoever finds one in an answer has found a leak."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from land_records.models import (
    Certificate,
    CertifiedParcel,
    Document,
    Parcel,
    ParcelUse,
    Party,
    Restriction,
    Right,
    Scan,
)
from land_records.scans.attach import attach
from layers.admin_units.models import AdminUnit
from layers.core.search import search_key
from layers.core.viewer import HOUSE
from tests.land_records.test_layer import make_parcel

NAME = "Huỳnh Thị Bích Đào"
NUMBER = "999000000123"
BORN = date(1961, 8, 23)
HOME = "Số 7 đường Hoa Sứ"
SERIAL = "ZZ 70000123"
REGISTRY = "CS0700123"
BANK = "Ngân hàng Cây Xoài"
PAPER = "Hợp đồng tặng cho của bà Đào"
HIDDEN = (
    NAME, NAME.upper(), search_key(NAME), "Bích Đào", "bich dao", NUMBER, "1961-08-23", "23/08/1961",
    HOME, search_key(HOME), SERIAL, "70000123", REGISTRY, "0700123", BANK, search_key(BANK), "Cây Xoài",
    PAPER, "tặng cho của",
)  # fmt: skip
"""Each as it is stored and as a search, an address or a workbook may write it."""


def plant(commune: AdminUnit, number: int = 125, sheet: int = 12, **more: Any) -> Parcel:
    """Parcel `sheet`/`number` of a commune: certified, mortgaged, held by one person, with one paper."""
    values = {"status": "certified", "restrictions": ["mortgage"], "address": "Ấp 3", **more}
    parcel = make_parcel(commune, sheet, number, **values)
    since = {"valid_from": parcel.valid_from, "recorded_from": parcel.recorded_from}
    ParcelUse.objects.create(parcel=parcel, code="ODT", area_m2="120.5", origin="2")
    party = Party.objects.create(
        kind="CNV", name=NAME, id_number=NUMBER, birth_date=BORN, sex="F", address=HOME, is_demo=True
    )
    key = 700_000 + number
    serial, registry = (SERIAL, REGISTRY) if number == 125 else (f"ZZ 70{number:06}", f"CS07{number:05}")
    Certificate.objects.create(certificate_id=key, serial=serial, registry_number=registry, **since)
    CertifiedParcel.objects.create(
        certificate_id=key, su_id=parcel.su_id, printed_sheet="12", printed_number=str(number), **since
    )
    Right.objects.create(su_id=parcel.su_id, party=party, certificate_id=key, **since)
    Restriction.objects.create(restriction_id=key, su_id=parcel.su_id, kind="mortgage", holder=BANK, **since)
    Document.objects.create(kind="contract", su_id=parcel.su_id, title=PAPER, number="15/HĐ", is_demo=True)
    return parcel


@transaction.atomic
def plant_scan(parcel: Parcel) -> Scan:
    """A scan of the parcel's paper, its name and content planted too; the folder of scans must be the test's own."""
    content = f"%PDF-1.4\n% {NAME} {NUMBER}\n%%EOF\n".encode()
    paper = Document.objects.get(su_id=parcel.su_id, title=PAPER)
    return attach(paper, SimpleUploadedFile(f"{NAME}.pdf", content), HOUSE, su_id=parcel.su_id, is_demo=True)


def leaks(body: bytes | str) -> list[str]:
    """The planted words in an answer, in any case, escaped as JSON does it or not."""
    text = (body if isinstance(body, str) else body.decode(errors="replace")).casefold()
    return [word for word in HIDDEN if any(one.casefold() in text for one in (word, escaped(word)))]


def escaped(word: str) -> str:
    """As JSON writes it in ASCII."""
    return word.encode("ascii", "backslashreplace").decode()
