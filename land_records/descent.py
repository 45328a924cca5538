"""Which parcels a parcel came of, and which came of it: through splits and merges, as known at a moment."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

MOST_PARCELS = 500
"""Most parcels of one family that are listed."""

_WALK = """
with recursive standing as (
  select l.parent, l.child, t.id, t.kind, t.effective_on
  from land_records_lineage l join land_records_transaction t on t.id = l.transaction_id
  where case when %(known_at)s::timestamptz is null then l.recorded_to is null
        else t.recorded_at <= %(known_at)s and (l.recorded_to is null or l.recorded_to > %(known_at)s) end
), family as (
  select %(su_id)s::bigint as su_id
  union
  select s.{far} from standing s join family f on s.{near} = f.su_id
), bounded as (
  select su_id from family limit %(most)s
)
select s.parent, s.child, s.id, s.kind, s.effective_on
from standing s join bounded b on s.{near} = b.su_id
order by s.effective_on, s.id, s.parent, s.child limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One parcel that went into another.

    Attributes:
        parent, child: numbers through all versions.
        transaction_id, kind, effective_on: by what, since when.
    """

    parent: int
    child: int
    transaction_id: int
    kind: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class Descent:
    """A parcel's line of descent, one way.

    Attributes:
        parcels: those found, without the parcel itself.
        steps: by day.
        is_complete: whether nothing was left out for being too much.
    """

    parcels: frozenset[int]
    steps: tuple[Step, ...]
    is_complete: bool


def ancestors(su_id: int, known_at: datetime | None = None, most: int = MOST_PARCELS) -> Descent:
    """What a parcel came of, as known at a moment, else now; steps that were undone by then are left out."""
    return _walked(su_id, known_at, most, near="child", far="parent")


def descendants(su_id: int, known_at: datetime | None = None, most: int = MOST_PARCELS) -> Descent:
    """What came of a parcel, as known at a moment, else now; steps that were undone by then are left out."""
    return _walked(su_id, known_at, most, near="parent", far="child")


def _walked(su_id: int, known_at: datetime | None, most: int, near: str, far: str) -> Descent:
    with connection.cursor() as cursor:
        cursor.execute(_WALK.format(near=near, far=far), {"su_id": su_id, "known_at": known_at, "most": most})
        steps = tuple(Step(*row) for row in cursor.fetchall())
    found = {getattr(step, far) for step in steps}
    return Descent(frozenset(found - {su_id}), steps, is_complete=len(steps) < most)
