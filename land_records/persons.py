"""Land users and certificates, as they may be seen: masked; found by name, number or serial; shown for a purpose.

Everything of a person that leaves the register goes through here. A panel, a file and a tile never hold more than the
mask; what lies behind it is handed over by `holders`, whose caller has written the access log before.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, Q, QuerySet, TextField, Value

from land_records.models import Certificate, CertifiedParcel, Parcel, Party, Right
from land_records.terms import PartyKind, PartyRole
from layers.core.search import search_key
from layers.core.text import Text

MAX_HOLDERS = 100
"""Most rights of one parcel that are shown."""
MASK = "***"

_SERIAL = re.compile(r"\s*([A-ZĐ]{1,2})\s*([0-9]{6,8})\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9 ]{8,20}")
KINDS = {kind.value: kind.title for kind in PartyKind}
ROLES = {role.value: role.title for role in PartyRole}


_WORD = r"(^|\s)([^\s(])\S*"
"""A word of a name; what stands in brackets is none (the demo's mark)."""


def masked(name: str) -> str:
    """The first letter of each word: `N*** V*** A***`."""
    return re.sub(_WORD, rf"\1\2{MASK}", name)


def _of_outer_version(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows with two times, those that go with the parcel version of the outer query.

    Every registered change of a parcel's rights makes a version of the parcel, so what held and was known when the
    version began holds and is known all through it.
    """
    own = rows.filter(su_id=OuterRef("su_id"))
    return _known(own, OuterRef("valid_from"), OuterRef("recorded_from"))


def _known(rows: QuerySet[Any], valid: OuterRef, recorded: OuterRef) -> QuerySet[Any]:
    return rows.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=valid),
        Q(recorded_to__isnull=True) | Q(recorded_to__gt=recorded),
        valid_from__lte=valid,
        recorded_from__lte=recorded,
    )


def masked_holders() -> Func:
    """The masked names of who holds rights over a parcel's version, as SQL."""
    letters = [Value(_WORD), Value(rf"\1\2{MASK}"), Value("g")]
    named = Func(F("party__name"), *letters, function="regexp_replace", output_field=TextField())
    rows = _of_outer_version(Right.objects.order_by("party_id")).annotate(named=named).values("named")[:MAX_HOLDERS]
    return Func(ArraySubquery(rows), Value("; "), function="array_to_string", output_field=TextField())


def masked_certificates() -> Func:
    """The serials of the certificates a parcel's version stands in, their letters and last two digits, as SQL."""
    outer = {"valid": OuterRef(OuterRef("valid_from")), "recorded": OuterRef(OuterRef("recorded_from"))}
    named = _known(CertifiedParcel.objects.filter(su_id=OuterRef(OuterRef("su_id"))), **outer)
    digits = [Value(r"[0-9]+([0-9]{2})$"), Value(rf"{MASK}\1")]
    serial = Func(F("serial"), *digits, function="regexp_replace", output_field=TextField())
    rows = _known(
        Certificate.objects.filter(certificate_id__in=named.values("certificate_id")).order_by("certificate_id"),
        OuterRef("valid_from"),
        OuterRef("recorded_from"),
    )
    shown = rows.annotate(named=serial).values("named")[:MAX_HOLDERS]
    return Func(ArraySubquery(shown), Value("; "), function="array_to_string", output_field=TextField())


def parcels_of_holder(text: str) -> Q:
    """Today's parcels of whoever has this name, with or without marks, or this identification number."""
    if _NUMBER.fullmatch(text.strip()):
        people = Party.objects.filter(id_number=text.replace(" ", ""))
    else:
        key = Func(F("name"), function="search_key", output_field=TextField())
        people = Party.objects.annotate(key=key).filter(key__contains=search_key(text))
    held = Right.objects.current().filter(party__in=people.values("pk"))
    return Q(su_id__in=held.values("su_id"))


def parcels_of_certificate(text: str) -> Q:
    """Today's parcels of the valid certificate with this serial, or this number in the register of certificates."""
    wanted = Q(registry_number=text.strip().upper())
    if serial := _SERIAL.fullmatch(text.upper()):
        wanted |= Q(serial=written_serial(serial[1], serial[2]))
    found = Certificate.objects.current().filter(wanted)
    held = Right.objects.current().filter(certificate_id__in=found.values("certificate_id"))
    return Q(su_id__in=held.values("su_id"))


def written_serial(letters: str, digits: str) -> str:
    """A serial as it is stored: letters, a blank, digits."""
    return f"{letters} {digits}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who holds a right over a parcel, and what it is written in."""

    name: str
    kind: Text
    role: Text
    share: str
    id_number: str
    birth_date: date | None
    address: str
    serial: str
    registry_number: str


def holders(parcel: Parcel) -> Iterator[Holder]:
    """Who holds rights over this version of a parcel, unmasked: for callers that have written the access log."""
    rights = list(of_version(Right, parcel).select_related("party").order_by("party_id")[:MAX_HOLDERS])
    written = _written_in(rights, Certificate.objects.as_of(parcel.valid_from, parcel.recorded_from))
    for right in rights:
        yield _holder(right, written.get(right.certificate_id))


def holders_today(su_ids: Sequence[int]) -> dict[int, list[Holder]]:
    """Who holds rights over these parcels today, unmasked: for callers that have written the access log."""
    rights = Right.objects.current().filter(su_id__in=su_ids).select_related("party").order_by("su_id", "party_id")
    listed = list(rights)
    written = _written_in(listed, Certificate.objects.current())
    found: dict[int, list[Holder]] = defaultdict(list)
    for right in listed:
        found[right.su_id].append(_holder(right, written.get(right.certificate_id)))
    return found


def _written_in(rights: Sequence[Right], certificates: QuerySet[Any]) -> dict[int | None, Certificate]:
    named = {right.certificate_id for right in rights if right.certificate_id}
    return {one.certificate_id: one for one in certificates.filter(certificate_id__in=named)}


def _holder(right: Right, certificate: Certificate | None) -> Holder:
    return Holder(
        name=right.party.name,
        kind=KINDS[right.party.kind],
        role=ROLES[right.role],
        share="1" if right.denominator == 1 else f"{right.numerator}/{right.denominator}",
        id_number=right.party.id_number,
        birth_date=right.party.birth_date,
        address=right.party.address,
        serial=certificate.serial if certificate else "",
        registry_number=certificate.registry_number if certificate else "",
    )


def of_version(model: Any, parcel: Parcel) -> QuerySet[Any]:
    """Rows of a table with two times that go with this version of a parcel."""
    rows: QuerySet[Any] = model.objects.as_of(parcel.valid_from, parcel.recorded_from).filter(su_id=parcel.su_id)
    return rows
