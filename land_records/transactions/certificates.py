"""Certificates (Giấy chứng nhận): issued for parcels, withdrawn, ended where what they name is no more."""

import re
from collections.abc import Sequence

from django.db import transaction

from land_records.ledger import Entry
from land_records.models import Certificate, CertifiedParcel, Parcel, Right, Transaction
from land_records.models.parcel import next_su_id
from land_records.models.rights import SERIAL
from land_records.terms import LegalStatus, TransactionKind
from land_records.transactions.filing import Faults, Filing, filed, refusal, telling
from land_records.transactions.held import changed, hold, must_be_free, must_have_status
from land_records.transactions.rights import Holding, must_be_whole, right_of, rights_over, shares_over


@transaction.atomic
def certify(
    su_ids: Sequence[int],
    filing: Filing,
    *,
    serial: str,
    registry_number: str,
    authority: str,
    holders: Sequence[Holding] = (),
    is_demo: bool = False,
) -> Transaction:
    """Issue one certificate for parcels of the same land users.

    Args:
        su_ids: parcels without a certificate.
        filing: who, since when, on what papers.
        serial: số phát hành, `AA 01695788`.
        registry_number: số vào sổ cấp giấy.
        authority: who issues it.
        holders: the land users, where the register has none yet.
        is_demo: invented for a demo.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    parcels = hold(su_ids)
    must_have_status(parcels, [LegalStatus.UNREGISTERED, LegalStatus.REGISTERED])
    must_be_free(parcels, filing)
    _must_be_new(serial, registry_number, authority)
    rights = rights_over(parcels)
    if holders:
        must_be_whole(holders)
    if bool(rights) == bool(holders):
        raise refusal(
            "holders",
            "Đã có người sử dụng đất trong sổ." if holders else "Thửa đất chưa có người sử dụng trong sổ.",
            "The register has land users already." if holders else "The register has no land user of the parcel.",
        )
    if len({shares_over(parcel) for parcel in parcels}) != 1:
        raise refusal("parcels", "Các thửa không cùng người sử dụng.", "The parcels have different land users.")
    with filed(TransactionKind.CERTIFY, filing, list(su_ids)) as made:
        certificate = Certificate(
            certificate_id=next_su_id(),
            serial=serial,
            registry_number=registry_number,
            authority=authority,
            is_demo=is_demo,
        )
        made.add(certificate)
        certificate.refresh_from_db(fields=["certificate_id"])
        for right in rights:
            made.revise(right, {"certificate_id": certificate.certificate_id})
        for parcel in parcels:
            for holding in holders:
                made.add(right_of(holding, parcel.su_id, certificate.certificate_id))
            made.add(_printed(parcel, certificate.certificate_id))
            made.revise(parcel, {"status": LegalStatus.CERTIFIED.value})
        return made.transaction


@transaction.atomic
def withdraw(su_id: int, filing: Filing) -> Transaction:
    """Withdraw the certificate of a parcel, with all parcels it is for; they are registered without one.

    Raises:
        Invalid: the register holds no certificate of it, or something stands in the way.
        Conflict: another transaction was first.
    """
    found = _certificates([su_id])
    if not found:
        raise refusal(
            "parcels",
            "Trong sổ không có giấy chứng nhận của thửa đất này.",
            "The register holds no certificate of this parcel.",
        )
    su_ids = _parcels_of(found)
    parcels = hold(su_ids)
    if _certificates([su_id]) != found or _parcels_of(found) != su_ids:
        raise changed()
    must_be_free(parcels, filing)
    with filed(TransactionKind.WITHDRAW, filing, su_ids) as made:
        end_certificates(made, parcels)
        for right in rights_over(parcels):
            if right.certificate_id in found:
                made.revise(right, {"certificate_id": None})
        for parcel in parcels:
            made.revise(parcel, {"status": LegalStatus.REGISTERED.value})
        return made.transaction


def end_certificates(made: Entry, parcels: Sequence[Parcel]) -> None:
    """What certificates say of these parcels ends; one that names no other parcel ends with it."""
    su_ids = [parcel.su_id for parcel in parcels]
    gone = [one for one in _certificates(su_ids) if set(_parcels_of({one})) <= set(su_ids)]
    for row in CertifiedParcel.objects.current().filter(su_id__in=su_ids).order_by("pk"):
        made.end(row)
    for certificate in Certificate.objects.current().filter(certificate_id__in=gone).order_by("pk"):
        made.end(certificate)


def _certificates(su_ids: Sequence[int]) -> set[int]:
    """The certificates that stand for parcels, by what they print and by the rights written in them."""
    printed = CertifiedParcel.objects.current().filter(su_id__in=su_ids).values_list("certificate_id", flat=True)
    written = Right.objects.current().filter(su_id__in=su_ids).values_list("certificate_id", flat=True)
    return {one for one in (*printed, *written) if one is not None}


def _parcels_of(certificates: set[int]) -> list[int]:
    """The parcels of certificates, likewise."""
    printed = CertifiedParcel.objects.current().filter(certificate_id__in=certificates)
    written = Right.objects.current().filter(certificate_id__in=certificates)
    return sorted({*printed.values_list("su_id", flat=True), *written.values_list("su_id", flat=True)})


def _must_be_new(serial: str, registry_number: str, authority: str) -> None:
    faults = Faults()
    if not re.fullmatch(SERIAL, serial):
        faults.add(
            "serial",
            "Số phát hành gồm 1–2 chữ cái và 6–8 chữ số, ví dụ AA 01695788.",
            "A serial has one or two letters and six to eight digits, e.g. AA 01695788.",
        )
    if not registry_number.strip():
        faults.add("registry_number", "Cần số vào sổ.", "The registry number is needed.")
    if not authority.strip():
        faults.add("authority", "Cần cơ quan cấp.", "The issuing authority is needed.")
    faults.stop()
    if Certificate.objects.current().filter(serial=serial).exists():
        raise telling(
            "serial",
            f"Số phát hành {serial} đã có trên một giấy còn hiệu lực.",
            f"A valid certificate has the serial {serial} already.",
        )


def _printed(parcel: Parcel, certificate_id: int) -> CertifiedParcel:
    return CertifiedParcel(
        certificate_id=certificate_id,
        su_id=parcel.su_id,
        printed_sheet=str(parcel.sheet),
        printed_number=str(parcel.parcel_number),
        printed_area_m2=parcel.recorded_area_m2,
    )
