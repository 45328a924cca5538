"""Random edits of the toys and of two datasets by several writers at once, in every shape a transaction can have."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import errors, sql

WEST, SOUTH, SIDE = 106.0, 11.2, 0.3
"""The ground of all edits, degrees: two or three tiles of zoom 10, so that edits meet."""
PARENT = "datasets_datasetfeature"
LONGEST_PAUSE_S = 0.8
BULK = 300


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the writers write about: ids of the units, of the toy datasets and of the partitioned datasets."""

    dsn: str
    units: list[int]
    toy_sets: list[int]
    datasets: list[int]


@dataclass
class Tally:
    """What was done: edits by name, and how transactions ended."""

    edits: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)


class Writer(threading.Thread):
    """One connection that edits at random until told to stop; between edits it can be held.

    Attributes:
        free: while it is set the writer goes on; else it ends its transaction and waits.
        held: set while the writer waits.
    """

    def __init__(self, ground: Ground, seed: int) -> None:
        super().__init__(name=f"writer {seed}", daemon=True)
        self.ground, self.dice = ground, random.Random(seed)
        self.free, self.held, self.over = threading.Event(), threading.Event(), threading.Event()
        self.tally = Tally()
        self.fault: BaseException | None = None
        self._named = 0

    def run(self) -> None:
        try:
            self._run()
        except BaseException as fault:
            self.fault = fault
        finally:
            self.held.set()

    def _run(self) -> None:
        with psycopg.connect(self.ground.dsn, autocommit=True, options="-c lock_timeout=3s") as database:
            while not self.over.is_set():
                if not self.free.is_set():
                    self.held.set()
                    self.free.wait(0.05)
                    continue
                self.held.clear()
                self._transact(database)

    # ----------------------------------------------------------- transactions

    def _transact(self, database: psycopg.Connection[Any]) -> None:
        shapes = [self._single, self._several, self._pausing, self._savepoints, self._rolled_back]
        (shape,) = self.dice.choices(shapes, [12, 3, 2, 2, 1])
        try:
            self.tally.ends[shape(database)] += 1
        except (
            errors.DeadlockDetected,
            errors.LockNotAvailable,
            errors.ObjectInUse,  # TRUNCATE after a change in the same transaction
            errors.UniqueViolation,
            errors.SerializationFailure,  # a row was moved to another partition meanwhile
        ) as fault:
            self.tally.ends[type(fault).__name__] += 1
        time.sleep(self.dice.random() * 0.03)

    def _single(self, database: psycopg.Connection[Any]) -> str:
        self._edit(database)
        return "one statement"

    def _several(self, database: psycopg.Connection[Any]) -> str:
        with database.transaction():
            for _ in range(self.dice.randint(2, 5)):
                self._edit(database)
        return "committed"

    def _pausing(self, database: psycopg.Connection[Any]) -> str:
        with database.transaction():
            for _ in range(self.dice.randint(1, 3)):
                self._edit(database)
                self.over.wait(self.dice.random() * LONGEST_PAUSE_S)
        return "committed after pauses"

    def _savepoints(self, database: psycopg.Connection[Any]) -> str:
        with database.transaction():
            for _ in range(self.dice.randint(2, 4)):
                undone = self.dice.random() < 0.4
                with database.transaction(force_rollback=undone):
                    self._edit(database)
        return "committed with savepoints"

    def _rolled_back(self, database: psycopg.Connection[Any]) -> str:
        with database.transaction(force_rollback=True):
            self._edit(database)
            self._edit(database)
        return "rolled back"

    # ------------------------------------------------------------------ edits

    def _edit(self, database: psycopg.Connection[Any]) -> None:
        edits: dict[Callable[[psycopg.Connection[Any]], None], float] = {
            self.insert_plot: 4,
            self.move_plot: 4,
            self.split_plot: 3,
            self.change_plot: 4,
            self.end_plot: 3,
            self.insert_visit: 4,
            self.move_visit: 4,
            self.change_visit: 4,
            self.score_visit: 3,
            self.hand_over_visit: 3,
            self.delete_visit: 3,
            self.change_nothing_shown: 1,
            self.rename_unit: 3,
            self.bulk_change: 1,
            self.copy_visits: 0.5,
            self.insert_pot: 3,
            self.move_between_toy_sets: 3,
            self.insert_feature: 3,
            self.change_feature: 3,
            self.move_between_partitions: 4,
            self.change_in_partition: 3,
            self.copy_into_partition: 0.5,
            self.delete_in_partition: 1,
            self.truncate: 0.3,
        }
        (edit,) = self.dice.choices(list(edits), list(edits.values()))
        edit(database)
        self.tally.edits[edit.__name__] += 1

    def _place(self) -> tuple[float, float]:
        # half of everything happens on a twentieth of the ground: edits meet in the same tiles
        reach = SIDE / 4 if self.dice.random() < 0.5 else SIDE
        return WEST + self.dice.random() * reach, SOUTH + self.dice.random() * reach

    def _square(self) -> tuple[float, float, float, float]:
        west, south = self._place()
        size = self.dice.choice([0.001, 0.004, 0.012])
        return west, south, west + size, south + size

    def _new_name(self) -> str:
        self._named += 1
        return f"{self.name} {self._named}"

    def _unit(self) -> int | None:
        return self.dice.choice([*self.ground.units, None])

    def _some(self, database: psycopg.Connection[Any], table: str, where: str = "true", number: int = 1) -> list[int]:
        """Ids of random rows; none where the table is empty."""
        found = database.execute(
            f"select id from {table} where {where} order by md5(id::text || %s) limit %s",  # type: ignore[arg-type]
            [str(self.dice.random()), number],
        )
        return [row[0] for row in found]

    def insert_plot(self, database: psycopg.Connection[Any], box: tuple[float, ...] | None = None) -> None:
        database.execute(
            "insert into toys_toyplot (plot, name, use, area_m2, commune_id, valid_from, recorded_from, is_current,"
            " geom, place_precision, version, updated_at) values (%s, %s, %s, %s, %s, '2024-01-01', '2024-01-01', true,"
            " st_makeenvelope(%s, %s, %s, %s, 4326), 'exact', 1, now())",
            [
                self.dice.getrandbits(40),
                self._new_name(),
                self.dice.choice(["rice", "house", "forest", None]),
                self.dice.uniform(1, 500),
                self._unit(),
                *(box or self._square()),
            ],
        )

    def move_plot(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyplot set geom = st_makeenvelope(%s, %s, %s, %s, 4326) where id = any(%s)",
            [*self._square(), self._some(database, "toys_toyplot")],
        )

    def split_plot(self, database: psycopg.Connection[Any]) -> None:
        gone = database.execute(
            "delete from toys_toyplot where id = any(%s)"
            " returning st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)",
            [self._some(database, "toys_toyplot", "is_current")],
        ).fetchall()
        for west, south, east, north in gone:
            middle = (west + east) / 2
            self.insert_plot(database, (west, south, middle, north))
            self.insert_plot(database, (middle, south, east, north))

    def change_plot(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyplot set name = %s, use = %s, commune_id = %s where id = any(%s)",
            [
                self._new_name(),
                self.dice.choice(["rice", "house"]),
                self._unit(),
                self._some(database, "toys_toyplot", number=3),
            ],
        )

    def end_plot(self, database: psycopg.Connection[Any]) -> None:
        """A new version holds from 2026 on; the old one is kept as the past."""
        ended = database.execute(
            "update toys_toyplot set valid_to = '2026-01-01', is_current = false where id = any(%s) and is_current"
            " and valid_from < '2026-01-01' returning id",
            [self._some(database, "toys_toyplot", "is_current and valid_from < '2026-01-01'")],
        ).fetchall()
        database.execute(
            "insert into toys_toyplot (plot, name, use, area_m2, commune_id, valid_from, recorded_from, is_current,"
            " geom, place_precision, version, updated_at) select plot, %s, use, area_m2, commune_id, '2026-01-01',"
            " recorded_from, true, geom, place_precision, 1, now() from toys_toyplot where id = any(%s)",
            [self._new_name(), [row[0] for row in ended]],
        )

    def insert_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "insert into toys_toyvisit (name, kind, commune_id, score, done, at, geom, place_precision, version,"
            " updated_at) values (%s, %s, %s, %s, false, '2026-01-01', st_setsrid(st_makepoint(%s, %s), 4326), 'exact',"
            " 1, now())",
            [
                self._new_name(),
                self.dice.choice(["check", "repair"]),
                self._unit(),
                self.dice.uniform(0, 10),
                *self._place(),
            ],
        )

    def move_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyvisit set geom = st_setsrid(st_makepoint(%s, %s), 4326) where id = any(%s)",
            [*self._place(), self._some(database, "toys_toyvisit")],
        )

    def change_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyvisit set name = %s, kind = %s, done = not done where id = any(%s)",
            [
                self._new_name(),
                self.dice.choice(["check", "repair"]),
                self._some(database, "toys_toyvisit", number=3),
            ],
        )

    def score_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyvisit set score = %s where id = any(%s)",
            [self.dice.uniform(0, 10), self._some(database, "toys_toyvisit", number=2)],
        )

    def hand_over_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyvisit set commune_id = %s where id = any(%s)",
            [self._unit(), self._some(database, "toys_toyvisit", number=2)],
        )

    def delete_visit(self, database: psycopg.Connection[Any]) -> None:
        database.execute("delete from toys_toyvisit where id = any(%s)", [self._some(database, "toys_toyvisit")])

    def change_nothing_shown(self, database: psycopg.Connection[Any]) -> None:
        database.execute("update toys_toyvisit set phone = %s", [self._new_name()[:20]])

    def rename_unit(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyunit set name = %s where id = %s", [self._new_name(), self.dice.choice(self.ground.units)]
        )

    def bulk_change(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toyplot set name = %s where id = any(%s)",
            [self._new_name(), self._some(database, "toys_toyplot", number=BULK)],
        )

    def copy_visits(self, database: psycopg.Connection[Any]) -> None:
        columns = "name, kind, commune_id, done, at, geom, place_precision, version, updated_at"
        name, cursor = self._new_name(), database.cursor()
        with cursor.copy(f"copy toys_toyvisit ({columns}) from stdin") as copy:
            for _ in range(self.dice.randint(10, 100)):
                lon, lat = self._place()
                point = f"SRID=4326;POINT({lon} {lat})"
                copy.write_row((name, "check", self._unit(), False, "2026-01-01", point, "exact", 1, "2026-01-01"))

    def insert_pot(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "insert into toys_toydatasetfeature (dataset_id, props, geom)"
            " values (%s, jsonb_build_object('name', %s::text, 'amount', %s::int),"
            " st_setsrid(st_makepoint(%s, %s), 4326))",
            [self.dice.choice(self.ground.toy_sets), self._new_name(), self.dice.randint(0, 9), *self._place()],
        )

    def move_between_toy_sets(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            "update toys_toydatasetfeature set dataset_id = %s where id = any(%s)",
            [self.dice.choice(self.ground.toy_sets), self._some(database, "toys_toydatasetfeature", number=3)],
        )

    def _partition(self) -> tuple[int, sql.Identifier]:
        chosen = self.dice.choice(self.ground.datasets)
        return chosen, sql.Identifier(f"{PARENT}_{chosen}")

    def insert_feature(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            f"insert into {PARENT} (dataset_id, props, geom) values (%s, jsonb_build_object('code', %s::text, 'name',"
            " %s::text, 'beds', %s::int), st_setsrid(st_makepoint(%s, %s), 4326))",
            [
                self.dice.choice(self.ground.datasets),
                self._new_name(),
                self._new_name(),
                self.dice.randint(0, 9),
                *self._place(),
            ],
        )

    def change_feature(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            f"update {PARENT} set props = props || jsonb_build_object('name', %s::text) where id = any(%s)",
            [self._new_name(), self._some(database, PARENT, number=3)],
        )

    def move_between_partitions(self, database: psycopg.Connection[Any]) -> None:
        database.execute(
            f"update {PARENT} set dataset_id = %s where id = any(%s)",
            [self.dice.choice(self.ground.datasets), self._some(database, PARENT, number=3)],
        )

    def change_in_partition(self, database: psycopg.Connection[Any]) -> None:
        _, table = self._partition()
        database.execute(
            sql.SQL(
                "update {} set geom = st_setsrid(st_makepoint(%s, %s), 4326) where id ="
                " (select id from {} order by md5(id::text || %s) limit 1)"
            ).format(table, table),
            [*self._place(), str(self.dice.random())],
        )

    def copy_into_partition(self, database: psycopg.Connection[Any]) -> None:
        number, table = self._partition()
        cursor = database.cursor()
        with cursor.copy(sql.SQL("copy {} (dataset_id, geom, props) from stdin").format(table)) as copy:
            for _ in range(self.dice.randint(10, 100)):
                lon, lat = self._place()
                copy.write_row(
                    (number, f"SRID=4326;POINT({lon} {lat})", f'{{"code": "{self._new_name()}", "beds": 5}}')
                )

    def delete_in_partition(self, database: psycopg.Connection[Any]) -> None:
        _, table = self._partition()
        database.execute(
            sql.SQL("delete from {} where id in (select id from {} order by md5(id::text || %s) limit 2)").format(
                table, table
            ),
            [str(self.dice.random())],
        )

    def truncate(self, database: psycopg.Connection[Any]) -> None:
        _, partition = self._partition()
        table = self.dice.choice(
            [sql.Identifier("toys_toyvisit"), sql.Identifier("toys_toydatasetfeature"), partition, partition]
        )
        database.execute(sql.SQL("truncate {} cascade").format(table))
