"""A small cadastre that random transactions work on, and a replay that says what the register must answer."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import shapely
from django.utils import timezone
from shapely import Polygon
from shapely.ops import polygonize

from land_records.models import MapSheet, Parcel, Survey, Transaction
from land_records.terms import RestrictionKind
from land_records.transactions import (
    Filing,
    Terms,
    Use,
    boundary,
    change_of_use,
    lift,
    merge,
    restrict,
    split,
    undo_last,
)
from layers.core import ANYONE
from layers.core.errors import Conflict, Invalid
from tests.land_records.transactions.conftest import BEGAN, draw_all

WEST, SOUTH, CELL = 571_900.0, 1_278_036.0, 60.0
CODES = ("ONT", "CLN", "LUC", "HNK", "NTS")

Facts = tuple[int, Decimal, str, tuple[tuple[str, Decimal], ...], tuple[str, ...], float]
"""Number, recorded area, main use, uses, restrictions, computed area."""


def facts(row: Parcel) -> Facts:
    uses = tuple(sorted((use.code, use.area_m2) for use in row.uses.all()))
    return (
        row.parcel_number,
        row.recorded_area_m2,
        row.land_use,
        uses,
        tuple(row.restrictions),
        round(row.computed_area_m2, 6),
    )


@dataclass(frozen=True)
class Event:
    """A transaction that stands: what it took away and what it made, since when."""

    transaction: int
    on: date
    gone: frozenset[int]
    made: Mapping[int, Facts]


@dataclass
class Cadastre:
    """Four by four parcels with irregular edges, and everything that was ever known of them."""

    sheet: MapSheet
    seed: int
    start: dict[int, Facts] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    known: list[tuple[datetime, tuple[Event, ...]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw it."""
        self.random = random.Random(self.seed)
        draw_all(self.sheet, list(enumerate(self._grid(4), start=1)))
        self.start = {row.su_id: facts(row) for row in self.rows()}
        self.known = [(timezone.now(), ())]
        self.ground = self.shapes()
        self.outline = shapely.union_all(list(self.ground.values()))
        self.degrees = shapely.union_all([shapely.from_wkb(bytes(row.geom.wkb)) for row in self.rows()])

    def _grid(self, cells: int) -> list[Polygon]:
        """Cells whose corners and edges wander; neighbours share every vertex."""
        at = {
            (i, j): (WEST + CELL * i + self.random.uniform(-15, 15), SOUTH + CELL * j + self.random.uniform(-15, 15))
            for i in range(cells + 1)
            for j in range(cells + 1)
        }
        lines = []
        for i, j in at:
            for more in ((i + 1, j), (i, j + 1)):
                if more in at:
                    (x, y), (to_x, to_y) = at[i, j], at[more]
                    wander = self.random.uniform(-4, 4)
                    middle = ((x + to_x) / 2 + wander, (y + to_y) / 2 - wander)
                    lines.append(shapely.LineString([at[i, j], middle, at[more]]))
        return list(polygonize(lines))

    def rows(self) -> list[Parcel]:
        return list(Parcel.objects.current().prefetch_related("uses").order_by("su_id"))

    def shapes(self) -> dict[int, Polygon]:
        found = Survey.objects.filter(parcel__is_current=True).select_related("parcel")
        return {one.parcel.su_id: shapely.from_wkb(bytes(one.vertices.wkb)) for one in found}

    def step(self) -> None:
        """One random transaction; a refusal changes nothing and is counted as one."""
        kinds = (self._split, self._split, self._merge, self._merge, self._boundary, self._use, self._restrict)
        act = self._undo if self.events and self.random.random() < 0.2 else self.random.choice(kinds)
        before = {row.pk for row in self.rows()}
        try:
            made: Transaction | None = act()
        except (Invalid, Conflict) as refused:
            assert {row.pk for row in self.rows()} == before
            self._count(f"refused {act.__name__[1:]}: {refused.slug}")
            return
        if made is None:
            return
        self._count(act.__name__[1:])
        if made.undoes_id:
            self.events = [event for event in self.events if event.transaction != made.undoes_id]
        else:
            ended = Parcel.objects.filter(closed_by=made).values_list("su_id", flat=True)
            new = {row.su_id: facts(row) for row in self.rows() if row.made_by_id == made.pk}
            self.events.append(Event(made.pk, made.effective_on, frozenset(ended), new))
        self.known.append((timezone.now(), tuple(self.events)))

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _filing(self, *su_ids: int) -> Filing:
        """Mostly on the day of the latest change or some days later, at times too early."""
        rows = Parcel.objects.current().filter(su_id__in=su_ids)
        latest = max(rows.values_list("valid_from", flat=True), default=BEGAN)
        return Filing(by=ANYONE, effective_on=latest + timedelta(days=self.random.choice([-1, 0, 0, 1, 3, 30])))

    def _any(self) -> Parcel:
        return self.random.choice(self.rows())

    def _split(self) -> Transaction:
        row = self._any()
        shape = self.shapes()[row.su_id]
        inside, turn = shape.representative_point(), self.random.uniform(0, 3.14159)
        ray = shapely.LineString([(inside.x - 500, inside.y), (inside.x + 500, inside.y)])
        line = shapely.affinity.rotate(ray, turn, origin=inside, use_radians=True)
        filing = self._filing(row.su_id)
        known = [Use(code=use.code, area_m2=use.area_m2) for use in row.uses.all()]
        if len(known) == 1:
            return split(row.su_id, filing, line=line)
        # the largest use is shared out, the others stay with the first part where they fit
        largest = max(known, key=lambda use: use.area_m2 or Decimal(0))
        first = [use for use in known if use is not largest]
        pieces = len([1 for part in shapely.get_parts(shapely.ops.split(shape, line)) if part.area > 1])
        return split(
            row.su_id,
            filing,
            line=line,
            uses=[[*first, Use(code=largest.code)], *[[Use(code=largest.code)]] * (pieces - 1)],
        )

    def _merge(self) -> Transaction | None:
        row, shapes = self._any(), self.shapes()
        own = shapes[row.su_id]
        if own.area > 5 * CELL * CELL:
            return None
        beside = [su_id for su_id, shape in shapes.items() if su_id != row.su_id and shape.distance(own) < 1e-6]
        chosen = [row.su_id, *self.random.sample(beside, min(len(beside), self.random.choice([1, 1, 2])))]
        return merge(chosen, self._filing(*chosen))

    def _boundary(self) -> Transaction | None:
        """Part the ground of two neighbours anew, a little off in its vertices."""
        row, shapes = self._any(), self.shapes()
        own = shapes[row.su_id]
        beside = [
            su_id
            for su_id, shape in shapes.items()
            if su_id != row.su_id and shape.boundary.intersection(own.boundary).length > 5
        ]
        if not beside:
            return None
        other = self.random.choice(sorted(beside))
        whole = shapely.union_all([own, shapes[other]])
        (x, y), (to_x, to_y) = own.centroid.coords[0], shapes[other].centroid.coords[0]
        share = self.random.uniform(0.35, 0.65)
        at = (x + (to_x - x) * share, y + (to_y - y) * share)
        across = shapely.LineString([(at[0] - (to_y - y) * 50, at[1] + (to_x - x) * 50), at])
        back = shapely.LineString([at, (at[0] + (to_y - y) * 50, at[1] - (to_x - x) * 50)])
        parts = list(shapely.get_parts(shapely.ops.split(whole, shapely.line_merge(shapely.union(across, back)))))
        if len(parts) != 2:
            return None
        parts.sort(key=lambda part: part.intersection(own).area, reverse=True)
        off = [shapely.transform(part, lambda points: points + self._jitter(points)) for part in parts]
        return boundary({row.su_id: off[0], other: off[1]}, self._filing(row.su_id, other))

    def _jitter(self, points: Any) -> Any:
        """Up to 1 cm, as of another surveyor; the same at both ends of a ring."""
        drawn = {tuple(point): (self.random.uniform(-0.01, 0.01), self.random.uniform(-0.01, 0.01)) for point in points}
        return [drawn[tuple(point)] for point in points]

    def _use(self) -> Transaction:
        row = self._any()
        uses = [Use(code=code) for code in self.random.sample(CODES, 1)]
        if row.recorded_area_m2 > 100 and self.random.random() < 0.5:
            one, other = self.random.sample(CODES, 2)
            uses = [Use(code=one, area_m2=Decimal(self.random.randint(1, 100))), Use(code=other)]
        return change_of_use(row.su_id, self._filing(row.su_id), uses=uses)

    def _restrict(self) -> Transaction:
        row = self._any()
        filing = self._filing(row.su_id)
        if row.restrictions:
            return lift(row.su_id, filing)
        kind = self.random.choice([RestrictionKind.SEIZURE, RestrictionKind.CORRIDOR])
        return restrict(row.su_id, filing, kind=kind, terms=Terms(reference="QĐ 1/demo"))

    def _undo(self) -> Transaction:
        return undo_last(self._any().su_id, ANYONE, reason="Nhầm")

    # what must hold

    def must_be_whole(self) -> None:
        """Area and coverage on the plane and in degrees are what they were; nothing overlaps; uses add up."""
        shapes = self.shapes()
        rows = self.rows()
        assert set(shapes) == {row.su_id for row in rows}
        listed = list(shapes.values())
        joined = shapely.union_all(listed)
        total = sum(shape.area for shape in listed)
        assert abs(total - self.outline.area) < 1e-3, self.seed
        assert joined.symmetric_difference(self.outline).area < 1e-2, self.seed
        there = [shapely.from_wkb(bytes(row.geom.wkb)) for row in rows]
        assert abs(sum(shape.area for shape in there) / self.degrees.area - 1) < 1e-9, self.seed
        tree = shapely.STRtree(listed)
        for one, other in zip(*tree.query(listed, predicate="intersects"), strict=True):
            if one < other:
                assert listed[one].intersection(listed[other]).area < 1e-3, (self.seed, one, other)
        for row in rows:
            assert abs(row.computed_area_m2 - shapes[row.su_id].area) < 1e-6
            assert sum(use.area_m2 for use in row.uses.all()) == row.recorded_area_m2
        recorded = sum((row.recorded_area_m2 for row in rows), Decimal(0))
        assert recorded == sum((one[1] for one in self.start.values()), Decimal(0)), self.seed

    def must_answer_as_a_replay(self, most: int = 60) -> int:
        """Every "as of" and "as known" of the moments and days that matter, or so many of them; how many were asked."""
        days = {BEGAN - timedelta(days=1), BEGAN}
        for _, events in self.known:
            days |= {event.on + timedelta(days=more) for event in events for more in (-1, 0)}
        asked = [(moment, events, day) for moment, events in self.known for day in days]
        for moment, events, day in self.random.sample(asked, min(most, len(asked))):
            rows = Parcel.objects.as_of(day, moment).prefetch_related("uses")
            assert {row.su_id: facts(row) for row in rows} == self._replayed(events, day), (self.seed, moment, day)
        return min(most, len(asked))

    def _replayed(self, events: tuple[Event, ...], day: date) -> dict[int, Facts]:
        state = dict(self.start) if day >= BEGAN else {}
        for event in events:
            if event.on <= day:
                for su_id in event.gone:
                    state.pop(su_id, None)
                state.update(event.made)
        return state
