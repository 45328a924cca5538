"""The run: takes what was heard, lets time pass, and keeps states and alerts together, in one transaction a turn.

What was heard is deleted in the transaction that keeps what came of it: a process that dies takes it again and comes to
the same. On the start, and when the latest values say more than was heard, the series is read from where a watch stood;
every watch is also gone through again twice a day, for late values whose message was lost.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from layers.alerts import escalation
from layers.alerts.evaluate import ledger, watching
from layers.alerts.evaluate.target import Idle, layer_of
from layers.alerts.models import Heard, Mark, Watch
from layers.alerts.rules.body import Body, parse
from layers.alerts.rules.fold import Event
from layers.alerts.rules.program import Program
from layers.alerts.rules.track import Track, from_json, to_json
from layers.alerts.series import Reader, to_us
from layers.core.bulk import copy_columns, read_rows
from layers.core.models import LatestValue

log = structlog.get_logger(__name__)

BATCH = 20_000
"""Values of one turn."""
LATE = timedelta(seconds=20)
"""How long after a moment its values are waited for before silence or a duration is decided without them."""
SYNC = timedelta(seconds=10)
"""How often rules and their features are looked at."""
RECHECK = timedelta(hours=12)
RECHECKED = timedelta(days=2)
"""Every `RECHECK` the last `RECHECKED` of a watch are gone through from the series."""
RECHECKS_A_TURN = 20

_HEARD = (
    "select id, layer, feature_id, metric, (extract(epoch from at) * 1000000)::bigint, value from alerts_heard"
    " where at <= %s order by id limit %s"
)


@dataclass(slots=True, eq=False)
class Live:
    """A watch at work.

    Attributes:
        kept: the journal as it is stored; `stored_marks`: clocks of the stored marks.
    """

    watch: Watch
    body: Body
    track: Track
    reader: Reader
    places: dict[str, int]
    checked_at: datetime
    kept: list[Event]
    stored_marks: set[int] = field(default_factory=set)


class Evaluator:
    """Every watch of this installation, in one process."""

    def __init__(self) -> None:
        """Nothing loaded yet."""
        self._lives: dict[int, Live] = {}
        self._by_feature: dict[tuple[str, int], list[Live]] = {}
        self._synced_at: datetime | None = None
        self._changed: set[Live] = set()

    def turn(self, now: datetime) -> int:
        """One turn at a time of the clock; returns how many values were taken.

        Raises:
            django.db.Error: nothing of this turn was kept; `forget` and begin again.
        """
        if self._synced_at is None or now - self._synced_at >= SYNC:
            watching.sync(now)
            self.load(now)
        self._changed = set()
        with connection.cursor() as cursor:
            cursor.execute(_HEARD, [now, BATCH])
            heard = cursor.fetchall()
        for _, layer, feature_id, metric, at, value in heard:
            for live in self._by_feature.get((layer, feature_id), ()):
                place = live.places.get(metric)
                if place is not None:
                    live.track.observe(at, place, value, live.reader)
                    self._changed.add(live)
        limit = to_us(now - LATE)
        for live in self._lives.values():
            if live.track.state.due <= limit:
                live.track.tick(limit)
                self._changed.add(live)
        self._recheck(now)
        self._keep([row[0] for row in heard], now)
        escalation.tell(now)
        return len(heard)

    def forget(self) -> None:
        """Begin again from what is stored."""
        self._lives, self._by_feature = {}, {}
        self._synced_at, self._changed = None, set()

    # -------------------------------------------------------------------- loading

    def load(self, now: datetime) -> None:
        """Take up the watches that are open, as they are stored."""
        self._synced_at = now
        rows = {
            watch.pk: watch for watch in Watch.objects.filter(ends_at=None).select_related("version").defer("state")
        }
        for key in set(self._lives) - set(rows):
            del self._lives[key]
        unknown = set(rows) - set(self._lives)
        new = list(Watch.objects.filter(pk__in=unknown).select_related("version")) if unknown else []
        self._changed = set()
        for key, live in self._lives.items():
            live.watch = rows[key]
        self._load(new, now)
        self._by_feature = defaultdict(list)
        for live in self._lives.values():
            self._by_feature[live.watch.layer, live.watch.feature_id].append(live)
        self._catch_up(now)
        self._keep([], now)

    def _load(self, watches: list[Watch], now: datetime) -> None:
        marks: dict[int, list[Any]] = defaultdict(list)
        keys = [watch.pk for watch in watches]
        for watch_id, state in (
            Mark.objects.filter(watch__in=keys).order_by("watch", "clock").values_list("watch_id", "state")
        ):
            marks[watch_id].append(from_json(state))
        bodies: dict[int, Body] = {}
        for watch in watches:
            if watch.version_id not in bodies:
                bodies[watch.version_id] = parse(watch.version.body)
            body = bodies[watch.version_id]
            try:
                layer = layer_of(watch.layer, body)
            except Idle:
                continue  # the layer went between two looks; the next one closes the watch
            program = Program(body.rule, watch.limits)
            if watch.state is None:
                track = Track.begun(program, to_us(watch.starts_at))
                kept: list[Event] = []
            else:
                kept = ledger.journal(watch.pk, program.metrics)
                track = Track(program, from_json(watch.state), marks[watch.pk], kept)
            places = {name: place for place, name in enumerate(program.metrics)}
            # not all at once: the watches of a start are gone through over the whole time
            checked_at = now - RECHECK * ((watch.pk % 97) / 97)
            live = Live(
                watch=watch,
                body=body,
                track=track,
                reader=Reader(layer, watch.feature_id, program.metrics),
                places=places,
                checked_at=checked_at,
                kept=kept,
                stored_marks={mark.clock for mark in marks[watch.pk]},
            )
            self._lives[watch.pk] = live
            if watch.state is None:
                self._changed.add(live)

    def _catch_up(self, now: datetime) -> None:
        """Read the series of those whose latest value is newer than what was heard, and waits in no queue."""
        layers = {layer for layer, _ in self._by_feature}
        if not layers:
            return
        waiting = set(Heard.objects.filter(layer__in=layers).values_list("layer", "feature_id", "metric").distinct())
        until = to_us(now)
        behind: set[Live] = set()
        latest = LatestValue.objects.filter(layer__in=layers, value__isnull=False, at__lte=now - LATE)
        for layer, feature_id, metric, at in read_rows(latest.values_list("layer", "feature_id", "metric", "at")):
            if (layer, feature_id, metric) in waiting:
                continue
            for live in self._by_feature.get((layer, feature_id), ()):
                place = live.places.get(metric)
                if place is None or to_us(at) <= live.track.state.start:
                    continue
                seen = live.track.state.last[place]
                if seen is None or seen[0] < to_us(at):
                    behind.add(live)
        for live in behind:
            live.track.catch_up(until, live.reader)
        self._changed |= behind

    def _recheck(self, now: datetime) -> None:
        due = [live for live in self._lives.values() if now - live.checked_at >= RECHECK][:RECHECKS_A_TURN]
        for live in due:
            live.checked_at = now
            live.track.recheck(to_us(now - RECHECKED), live.reader)
            self._changed.add(live)

    # -------------------------------------------------------------------- keeping

    def _keep(self, taken: list[int], now: datetime) -> None:
        if not self._changed and not taken:
            return
        with transaction.atomic():
            for live in self._changed:
                if live.track.events != live.kept:
                    ledger.apply(live.watch, live.body, live.track.program.metrics, live.kept, live.track.events, now)
            self._keep_states(list(self._changed))
            if taken:
                with connection.cursor() as cursor:
                    cursor.execute("delete from alerts_heard where id = any(%s)", [taken])
        for live in self._changed:
            live.kept = list(live.track.events)
            live.stored_marks = {mark.clock for mark in live.track.marks}
            live.track.fresh_marks = live.track.rewound = False
        self._changed = set()

    def _keep_states(self, lives: list[Live]) -> None:
        if not lives:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "create temporary table if not exists kept_state (id bigint, state jsonb) on commit delete rows"
            )
            with cursor.copy("copy kept_state from stdin") as copy:
                for live in lives:
                    copy.write_row((live.watch.pk, Jsonb(to_json(live.track.state))))
            cursor.execute("update alerts_watch w set state = k.state from kept_state k where k.id = w.id")
        marked = [live for live in lives if live.track.fresh_marks]
        if marked:
            self._keep_marks(marked)

    def _keep_marks(self, lives: Iterable[Live]) -> None:
        gone: list[tuple[int, int]] = []
        new: list[tuple[int, int, Jsonb]] = []
        for live in lives:
            clocks = {mark.clock for mark in live.track.marks}
            # a rewind replaces younger marks by others of the same clock: whatever is young is written anew
            stale = {clock for clock in live.stored_marks if clock not in clocks or live.track.rewound}
            gone += [(live.watch.pk, clock) for clock in stale]
            new += [
                (live.watch.pk, mark.clock, Jsonb(to_json(mark)))
                for mark in live.track.marks
                if mark.clock not in live.stored_marks or mark.clock in stale
            ]
        with connection.cursor() as cursor:
            if gone:
                cursor.execute(
                    "delete from alerts_mark m using unnest(%s::bigint[], %s::bigint[]) as g(watch, clock)"
                    " where m.watch_id = g.watch and m.clock = g.clock",
                    [[watch for watch, _ in gone], [clock for _, clock in gone]],
                )
        if new:
            watch_ids, clocks_of, states = zip(*new, strict=True)
            copy_columns(Mark, {"watch": watch_ids, "clock": clocks_of, "state": states})
