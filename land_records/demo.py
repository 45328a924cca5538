"""Who holds the demo's parcels: invented people and offices, certificates and restrictions, each marked as demo.

Identification numbers begin with 999 and 998, which no province has; serials with ZZ. Set by set in SQL: the demo may
have a million parcels.
"""

from typing import Any

from django.db import connection

from fixtures import names
from land_records.models import Source
from land_records.terms import LegalStatus

MARK = " (demo)"

_NAMED = """
create temporary table demo_holder on commit drop as
select su_id, valid_from, recorded_from, status, land_use, sheet, parcel_number, recorded_area_m2, restrictions,
    case when status = %(managed)s then 'TCQ' when land_use in ('SKC', 'SKK', 'TMD', 'SKN') then 'TKT'
         when land_use in ('DGD', 'DYT', 'DVH', 'TSC') then 'TSN' when land_use in ('TON', 'TIN') then 'TTG'
         else 'CNV' end as kind,
    (su_id * 2654435761) %% 2147483647 as draw,
    nextval(pg_get_serial_sequence('land_records_party', 'id')) as party_id,
    nextval(pg_get_serial_sequence('land_records_party', 'id')) as spouse_id,
    case when status = %(certified)s then nextval('land_records_su_id') end as certificate_id
from land_records_parcel where commune_id = %(commune)s and source = %(demo)s
"""
_PEOPLE = """
insert into land_records_party (id, kind, name, id_number, birth_date, sex, address, is_demo)
select party_id, kind, case kind
    when 'TCQ' then 'Ủy ban nhân dân ' || %(place)s
    when 'TKT' then 'Công ty ' || sheet || '/' || parcel_number
    when 'TSN' then 'Đơn vị sự nghiệp ' || sheet || '/' || parcel_number
    when 'TTG' then 'Cơ sở tôn giáo ' || sheet || '/' || parcel_number
    else (%(family)s::text[])[1 + draw %% array_length(%(family)s::text[], 1)] || ' '
        || (%(men)s::text[])[1 + draw / 31 %% array_length(%(men)s::text[], 1)] end || %(mark)s,
    '999' || lpad(su_id::text, 9, '0'),
    case when kind = 'CNV' then date '1950-01-01' + (draw %% 18000)::int end,
    case when kind = 'CNV' then 'M' else '' end,
    %(place)s || %(mark)s, true
from demo_holder
union all
select spouse_id, 'CNV', (%(family)s::text[])[1 + draw / 7 %% array_length(%(family)s::text[], 1)] || ' '
    || (%(women)s::text[])[1 + draw / 11 %% array_length(%(women)s::text[], 1)] || %(mark)s,
    '998' || lpad(su_id::text, 9, '0'), date '1952-01-01' + (draw / 3 %% 18000)::int, 'F', %(place)s || %(mark)s, true
from demo_holder where kind = 'CNV' and draw %% 4 = 0
"""
_CERTIFICATES = """
insert into land_records_certificate
    (certificate_id, serial, registry_number, authority, is_demo, valid_from, recorded_from)
select certificate_id, 'ZZ ' || lpad((su_id %% 100000000)::text, 8, '0'),
    'CS' || lpad(su_id::text, 7, '0'), 'Văn phòng đăng ký đất đai' || %(mark)s, true, valid_from, recorded_from
from demo_holder where status = %(certified)s
"""
_PRINTED = """
insert into land_records_certifiedparcel
    (certificate_id, su_id, printed_sheet, printed_number, printed_area_m2, valid_from, recorded_from)
select certificate_id, su_id, sheet::text, parcel_number::text, recorded_area_m2, valid_from, recorded_from
from demo_holder where status = %(certified)s
"""
_RIGHTS = """
insert into land_records_right
    (su_id, party_id, role, numerator, denominator, certificate_id, valid_from, recorded_from)
select su_id, party_id,
    case when kind <> 'CNV' then 'organisation' when draw %% 4 = 0 then 'husband' else 'individual' end,
    1, case when kind = 'CNV' and draw %% 4 = 0 then 2 else 1 end, certificate_id, valid_from, recorded_from
from demo_holder
union all
select su_id, spouse_id, 'wife', 1, 2, certificate_id, valid_from, recorded_from
from demo_holder where kind = 'CNV' and draw %% 4 = 0
"""
_RESTRICTIONS = """
insert into land_records_restriction
    (restriction_id, su_id, kind, holder, authority, reference, note, valid_from, recorded_from)
select nextval('land_records_su_id'), su_id, held,
    case held when 'mortgage' then 'Ngân hàng trình diễn' else 'Bên yêu cầu' end || %(mark)s,
    'Văn phòng đăng ký đất đai' || %(mark)s, 'DEMO-' || su_id, '', valid_from, recorded_from
from demo_holder cross join lateral unnest(restrictions) held
"""
_FORGET = (
    "create temporary table demo_gone on commit drop as select distinct su_id from land_records_parcel"
    " where commune_id = %(commune)s and source = %(demo)s",
    "delete from land_records_restriction where su_id in (select su_id from demo_gone)",
    "with gone as (delete from land_records_right where su_id in (select su_id from demo_gone) returning party_id)"
    " delete from land_records_party p where is_demo and id in (select party_id from gone) and not exists"
    " (select from land_records_right r where r.party_id = p.id and r.su_id not in (select su_id from demo_gone))",
    "with gone as (delete from land_records_certifiedparcel where su_id in (select su_id from demo_gone)"
    " returning certificate_id) delete from land_records_certificate where is_demo"
    " and certificate_id in (select certificate_id from gone)",
    "drop table demo_gone",
)


def hold(commune: int, place: str) -> None:
    """Give the demo's parcels of a commune (by key; `place` is its name) their holders, papers and restrictions."""
    given = {
        "commune": commune,
        "place": place,
        "demo": Source.DEMO.value,
        "mark": MARK,
        "managed": LegalStatus.MANAGED.value,
        "certified": LegalStatus.CERTIFIED.value,
        "family": list(names.FAMILY_NAMES),
        "men": _given(names.MIDDLE_NAMES_MEN, names.GIVEN_NAMES_MEN),
        "women": _given(names.MIDDLE_NAMES_WOMEN, names.GIVEN_NAMES_WOMEN),
    }
    statements = (_NAMED, _PEOPLE, _CERTIFICATES, _PRINTED, _RIGHTS, _RESTRICTIONS, "drop table demo_holder")
    _run(statements, given)


def forget(commune: int) -> None:
    """Remove what the demo's parcels of a commune are held by, before the parcels themselves go."""
    _run(_FORGET, {"commune": commune, "demo": Source.DEMO.value})


def _given(middle: tuple[str, ...], given: tuple[str, ...]) -> list[str]:
    return [f"{one} {other}" for one in middle for other in given]


def _run(statements: tuple[str, ...], values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
