"""What of the difference between two days' areas the transactions between them explain, and what nothing explains.

A transaction that stands changed each use by what it wrote less what it ended. Undone ones and their undoing explain
nothing: together they changed nothing. What is left over came into the register, or out of it, by no transaction.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from land_records.models import Parcel, ParcelUse, Transaction
from land_records.statistics.transition import OTHER, Cells, columns, rows
from land_records.terms import TransactionKind

_EXPLAINED: Final = """
with told as (
  select t.id, t.kind, t.recorded_at from "{transactions}" t
  where t.effective_on > %s and t.effective_on <= %s and t.recorded_at <= %s and t.kind <> %s
    and not exists (select from "{transactions}" x where x.undoes_id = t.id and x.recorded_at <= %s)
), moved as (
  select t.id as transaction, t.kind, p.id, 1 as sign from told t join "{parcels}" p
    on p.made_by_id = t.id and p.recorded_from = t.recorded_at and p.valid_to is null
  union all
  select t.id, t.kind, p.id, -1 from told t join "{parcels}" p on p.closed_by_id = t.id and p.valid_to is null
)
select p.commune_id, m.transaction, m.kind, coalesce(u.code, p.land_use),
       (sum(m.sign * coalesce(u.area_m2, p.recorded_area_m2)) * 10)::bigint
from moved m join "{parcels}" p on p.id = m.id left join "{uses}" u on u.parcel_id = p.id
where p.commune_id in ({communes})
group by 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What the transactions of one kind changed in a commune.

    Attributes:
        transactions: those that changed the area of a use.
        tenths: of a square metre, by use; gained less lost.
    """

    transactions: frozenset[int]
    tenths: Mapping[str, int]


Kinds = Mapping[str, Explained]
"""By kind of transaction."""


def explained(
    since: date, on: date, communes: "QuerySet[Any]", known_at: datetime | None = None
) -> dict[int, dict[str, Explained]]:
    """By commune (its row) and kind of transaction: what took effect after `since` and until `on`, as was known.

    `communes` are rows of communes; others' transactions are not told.
    """
    listed, of_communes = communes.order_by().values("pk").query.sql_with_params()
    known = known_at or timezone.now()
    sql = _EXPLAINED.format(
        transactions=Transaction._meta.db_table,
        parcels=Parcel._meta.db_table,
        uses=ParcelUse._meta.db_table,
        communes=listed,
    )
    numbers: dict[tuple[int, str], set[int]] = defaultdict(set)
    areas: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(sql, [since, on, known, TransactionKind.UNDO.value, known, *of_communes])
        for commune, transaction, kind, code, tenths in cursor.fetchall():
            if tenths:
                numbers[commune, kind].add(transaction)
                areas[commune, kind][code] += tenths
    found: dict[int, dict[str, Explained]] = defaultdict(dict)
    for (commune, kind), tenths_by_code in sorted(areas.items()):
        found[commune][kind] = Explained(transactions=frozenset(numbers[commune, kind]), tenths=dict(tenths_by_code))
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A use (itself, without its parts) on two days, tenths of a square metre: `start` + all kinds + `unexplained` is
    `end`.
    """

    start: int
    end: int
    by_kind: Mapping[str, int]

    @property
    def unexplained(self) -> int:
        """What no transaction between the two days says."""
        return self.end - self.start - sum(self.by_kind.values())


def reconciled(cells: Cells, kinds: Kinds) -> dict[str, Difference]:
    """By use: the two days of a transition matrix and what explains their difference."""
    start, end = rows(cells), columns(cells)
    codes = ({*start, *end} - {OTHER}) | {code for one in kinds.values() for code in one.tenths}
    return {
        code: Difference(
            start=start.get(code, 0),
            end=end.get(code, 0),
            by_kind={kind: one.tenths.get(code, 0) for kind, one in kinds.items()},
        )
        for code in sorted(codes)
    }


def added(many: Sequence[Kinds]) -> dict[str, Explained]:
    """Several communes as one; a transaction over two of them counts once."""
    kinds = sorted({kind for one in many for kind in one})
    found = {}
    for kind in kinds:
        parts = [one[kind] for one in many if kind in one]
        tenths: dict[str, int] = defaultdict(int)
        for part in parts:
            for code, more in part.tenths.items():
                tenths[code] += more
        found[kind] = Explained(
            transactions=frozenset().union(*(part.transactions for part in parts)), tenths=dict(tenths)
        )
    return found
