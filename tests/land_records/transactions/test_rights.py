"""Transfer, mortgage, restrictions, certificates, change of use, correction: their checks and what they leave."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from land_records.apps import check_minimums
from land_records.models import Certificate, CertifiedParcel, Document, Parcel, ParcelUse, Party, Restriction, Right
from land_records.terms import DocumentKind, LegalStatus, PartyKind, RestrictionKind
from land_records.transactions import (
    Filing,
    Holding,
    Manner,
    Paper,
    Terms,
    Use,
    certify,
    change_of_use,
    correct,
    lift,
    mortgage,
    release,
    restrict,
    transfer,
    undo_last,
    withdraw,
)
from land_records.transactions.uses import read_uses
from layers.core import ANYONE
from layers.core.errors import Conflict, Invalid
from tests.land_records.transactions.conftest import Draw, square
from tests.land_records.transactions.test_division import CONSENT, NOW, S, W, faults

LOAN = Terms(holder="Ngân hàng demo", reference="HĐ 1/demo")
COURT = Terms(authority="Cơ quan thi hành án demo", reference="QĐ 7/demo")
ISSUE = {"serial": "AA 01695788", "registry_number": "CN 00001", "authority": "VPĐK demo"}

Person = Callable[[str], Party]


@pytest.fixture
def owner(person: Person) -> Holding:
    return Holding(party_id=person("Nguyễn Văn Demo").pk)


@pytest.fixture
def certified(draw: Draw, owner: Holding) -> Parcel:
    parcel = draw(1, square(W, S))
    certify([parcel.su_id], Filing(by=ANYONE, effective_on=date(2020, 1, 1)), **ISSUE, holders=[owner])
    return now(parcel)


def now(parcel: Parcel) -> Parcel:
    return Parcel.objects.current().get(su_id=parcel.su_id)


def test_a_transfer_ends_rights_and_begins_others_on_its_day(certified: Parcel, person: Person) -> None:
    husband, wife = person("Lê Văn Demo"), person("Phạm Thị Demo")
    buyers = [Holding(party_id=husband.pk), Holding(party_id=wife.pk)]
    papers = [Paper(kind=DocumentKind.CONTRACT, title="Hợp đồng chuyển nhượng", number="5/demo")]

    transfer(
        certified.su_id,
        Filing(by=ANYONE, effective_on=date(2024, 5, 1), papers=papers),
        to=buyers,
        manner=Manner.SALE,
    )

    held = Right.objects.current().filter(su_id=certified.su_id)
    assert {right.party_id for right in held} == {husband.pk, wife.pk}
    assert {right.certificate_id for right in held} == {Certificate.objects.current().get().certificate_id}
    assert Right.objects.as_of(date(2024, 4, 30)).get(su_id=certified.su_id).party.name == "Nguyễn Văn Demo"
    assert now(certified).valid_from == date(2024, 5, 1), "the parcel has a version since that day"
    assert Document.objects.get().number == "5/demo"


def test_transfers_that_are_refused(certified: Parcel, draw: Draw, person: Person, owner: Holding) -> None:
    other = person("Lê Văn Demo")
    state = Party.objects.create(kind=PartyKind.TCQ.value, name="UBND demo", is_demo=True)

    def refused(*to: Holding, su_id: int = certified.su_id, filing: Filing = NOW) -> set[str]:
        return faults(lambda: transfer(su_id, filing, to=to, manner=Manner.GIFT))

    half = Holding(party_id=other.pk, numerator=1, denominator=2)
    assert refused() == refused(half) == refused(half, half) == refused(owner) == {"holders"}
    assert refused(Holding(party_id=state.pk)) == refused(Holding(party_id=10**9)) == {"holders"}
    bare = draw(2, square(W + 100, S))
    assert refused(Holding(party_id=other.pk), su_id=bare.su_id) == {"parcels"}, "no certificate"
    ParcelUse.objects.filter(parcel=certified).update(until=date(2024, 1, 1))
    assert refused(Holding(party_id=other.pk)) == {"parcels"}, "the term is over"
    transfer(certified.su_id, Filing(by=ANYONE, effective_on=date(2023, 1, 1)), to=[half_of(half)], manner=Manner.GIFT)


def half_of(one: Holding) -> Holding:
    return Holding(party_id=one.party_id)


def test_a_mortgage_blocks_until_it_is_released_or_its_holder_consents(certified: Parcel, person: Person) -> None:
    su_id, buyer = certified.su_id, Holding(party_id=person("Lê Văn Demo").pk)
    assert faults(lambda: mortgage(su_id, NOW, terms=Terms())) == {"holder", "reference"}
    mortgage(su_id, NOW, terms=LOAN)

    assert now(certified).restrictions == ["mortgage"]
    assert faults(lambda: transfer(su_id, NOW, to=[buyer], manner=Manner.SALE)) == {"consent"}
    assert faults(lambda: mortgage(su_id, NOW, terms=LOAN)) == {"consent"}
    nameless = Filing(by=ANYONE, papers=[Paper(kind=DocumentKind.CONSENT, title="Đồng ý")])
    assert faults(lambda: mortgage(su_id, nameless, terms=LOAN)) == {"consent"}, "a consent has a number"
    mortgage(su_id, CONSENT, terms=Terms(holder="Ngân hàng demo 2", reference="HĐ 2/demo"))
    assert faults(lambda: release(su_id, NOW)) == {"restriction"}, "which of the two"
    assert faults(lambda: lift(su_id, NOW)) == {"restriction"}, "a mortgage is released, not lifted"

    for one in list(Restriction.objects.current()):
        release(su_id, NOW, restriction_id=one.restriction_id)
    assert now(certified).restrictions == []
    transfer(su_id, NOW, to=[buyer], manner=Manner.SALE)


def test_a_seizure_blocks_whatever_is_brought(certified: Parcel) -> None:
    su_id = certified.su_id
    assert faults(lambda: restrict(su_id, NOW, kind=RestrictionKind.MORTGAGE, terms=COURT)) == {"kind"}
    restrict(su_id, NOW, kind=RestrictionKind.SEIZURE, terms=COURT)
    restrict(su_id, NOW, kind=RestrictionKind.DISPUTE, terms=COURT)

    assert now(certified).restrictions == ["seizure", "dispute"]
    assert faults(lambda: change_of_use(su_id, CONSENT, uses=[Use(code="ONT")])) == {"parcels"}
    seizure = Restriction.objects.current().get(kind=RestrictionKind.SEIZURE.value)
    lift(su_id, NOW, restriction_id=seizure.restriction_id)
    change_of_use(su_id, CONSENT, uses=[Use(code="ONT")])


def test_certificates_are_issued_for_land_users_and_withdrawn_with_all_their_parcels(
    draw: Draw, owner: Holding
) -> None:
    one, other = draw(1, square(W, S)), draw(2, square(W + 100, S))
    both = [one.su_id, other.su_id]
    assert faults(lambda: certify(both, NOW, **ISSUE)) == {"holders"}
    wrong = {"serial": "1234", "registry_number": "", "authority": " "}
    assert faults(lambda: certify(both, NOW, **wrong, holders=[owner])) == {"serial", "registry_number", "authority"}

    certify(both, NOW, **ISSUE, holders=[owner])

    assert [now(one).status, now(other).status] == [LegalStatus.CERTIFIED] * 2
    assert CertifiedParcel.objects.current().count() == 2
    third = draw(3, square(W + 200, S))
    assert faults(lambda: certify([third.su_id], NOW, **ISSUE, holders=[owner])) == {"serial"}
    assert faults(lambda: certify([one.su_id], NOW, **ISSUE)) == {"parcels"}, "it has one"
    assert faults(lambda: withdraw(third.su_id, NOW)) == {"parcels"}

    withdraw(other.su_id, NOW)

    assert [now(one).status, now(other).status] == [LegalStatus.REGISTERED] * 2
    assert not Certificate.objects.current().exists()
    assert {right.certificate_id for right in Right.objects.current()} == {None}
    undo_last(one.su_id, ANYONE, reason="Nhầm thửa")
    assert [now(one).status, now(other).status] == [LegalStatus.CERTIFIED] * 2
    assert Right.objects.current().filter(certificate_id__isnull=False).count() == 2


def test_a_change_of_use_keeps_the_area_and_warns_of_a_use_of_towns(certified: Parcel) -> None:
    su_id = certified.su_id
    assert faults(lambda: change_of_use(su_id, NOW, uses=[Use(code="CLN")])) == {"uses"}
    assert faults(lambda: change_of_use(su_id, NOW, uses=[Use(code="ONT", area_m2=Decimal(10))])) == {"uses"}

    made = change_of_use(su_id, NOW, uses=[Use(code="ODT", area_m2=Decimal(300)), Use(code="CLN")])

    assert now(certified).land_use == "CLN"
    assert made.detail["warnings"] == ["ODT"]
    assert made.detail["after"] == {"ODT": "300", "CLN": "9700.0"}


def test_a_correction_reaches_back_to_the_first_day(certified: Parcel) -> None:
    why = Filing(by=ANYONE, effective_on=date(2020, 1, 1), reason="Nhầm khi nhập")
    assert faults(lambda: correct(certified.su_id, NOW, address="Ấp Demo")) == {"reason"}
    assert faults(lambda: correct(certified.su_id, why)) == {"reason"}
    assert faults(lambda: correct(certified.su_id, why, recorded_area_m2=Decimal("9.99"))) == {"recorded_area_m2"}

    correct(certified.su_id, why, address="Ấp Demo", recorded_area_m2=Decimal("9998.5"))

    row = Parcel.objects.as_of(date(2020, 1, 1)).prefetch_related("uses").get(su_id=certified.su_id)
    assert (row.address, row.recorded_area_m2) == ("Ấp Demo", Decimal("9998.5"))
    assert row.uses.get().area_m2 == Decimal("9998.5")


def test_the_last_transaction_is_taken_back_and_a_first_registration_never(certified: Parcel, draw: Draw) -> None:
    mortgage(certified.su_id, NOW, terms=LOAN)
    assert faults(lambda: undo_last(certified.su_id, ANYONE, reason=" ")) == {"reason"}

    undo_last(certified.su_id, ANYONE, reason="Nhầm thửa")

    assert now(certified).restrictions == []
    assert not Restriction.objects.current().exists()
    bare = draw(2, square(W + 100, S))
    with pytest.raises(Conflict):
        undo_last(bare.su_id, ANYONE, reason="Nhầm")


def test_a_day_before_the_latest_change_is_named_by_field(certified: Parcel) -> None:
    early = Filing(by=ANYONE, effective_on=date(2019, 1, 1))

    assert faults(lambda: mortgage(certified.su_id, early, terms=LOAN)) == {"effective_on"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ONT 400 + CLN", [("ONT", Decimal(400)), ("CLN", None)]),
        ("ont 300,5 m²+CLN 9600", [("ONT", Decimal("300.5")), ("CLN", Decimal(9600))]),
        ("CLN", [("CLN", None)]),
    ],
)
def test_uses_are_read_as_officers_write_them(text: str, expected: list[tuple[str, Decimal | None]]) -> None:
    assert [(use.code, use.area_m2) for use in read_uses(text)] == expected


@pytest.mark.parametrize("text", ["", "ONT 4,55", "400 ONT", "ONT + + CLN"])
def test_uses_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_uses(text)

    assert set(refused.value.fields) == {"uses"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", []),
        ('{"rural": {"ONT": 60}}', []),
        ("{", ["write JSON"]),
        ('{"village": {}}', ["urban"]),
        ('{"rural": {"XXX": 60}}', ["rural.XXX is no land use"]),
        ('{"rural": {"ONT": 0}}', ["rural.ONT"]),
    ],
)
def test_what_a_deployment_sets_is_checked(settings: Any, text: str, said: list[str]) -> None:
    settings.GEO_IOC_LAND_MINIMUM = text

    assert all(part in one.msg for one, part in zip(check_minimums(), said, strict=True))
