"""One import from file to layer: parse apart, convert, store in batches, report every row that could not be used."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import DataError, IntegrityError, InternalError, connection, transaction

from layers.core import Column, Importer, ImportRow, Layer, Outcome, Problem, Public, Roles, Text, Viewer
from layers.core.errors import Busy, LayerError
from layers.exchange import plan as planning
from layers.exchange import target
from layers.exchange.errors import Unreadable
from layers.exchange.plan import Found, Plan
from layers.exchange.report import Report
from layers.exchange.sandbox import Parsed, parsed
from layers.exchange.value import NoValueError, convert
from layers.exchange.words import KINDS, say

BATCH = 1_000
SAY_EVERY = 10_000
MAX_LOOKUPS = 100_000
SHOWN = 80
"""Characters of a value shown in a problem."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is asked.

    Attributes:
        layer: id of a layer, or slug of a dataset.
        path: file or folder; `name` is shown for it.
        title, access: of a dataset; None leaves what it has, or the file's name and the stewards for a new one.
        crs, encoding, table: where the file does not say them itself.
        mapping: heading to field.
        given: field to the text that stands in it for every row.
        key: heading that identifies a row of a new dataset.
        dry_run: everything but the storing.
        viewer: who asks; None for the command line.
    """

    layer: str
    path: Path
    name: str
    title: Text | None = None
    access: Public | Roles | None = None
    crs: str | None = None
    encoding: str | None = None
    table: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    dry_run: bool = False
    viewer: Viewer | None = None


Say = Callable[[Report], None]


def run(request: Request, say_progress: Say | None = None) -> Report:
    """Bring a file in; the report says what became of every row. Repeating it changes nothing.

    Raises:
        LayerError: the layer or a parameter is refused; a fault of the file is in the report instead.
    """
    layer = target.find(request.layer, request.viewer)
    report = Report(file=request.name, layer=layer.id if layer else "", dry_run=request.dry_run)
    started = time.monotonic()
    try:
        given = planning.given(layer, request.given)
        with _alone(layer.id if layer else request.layer):
            crs = _placed(request, layer, given, report)
            with _parsed(request, crs) as read:
                _Import(request, layer, read, report, say_progress, given).run()
    except Unreadable as fault:
        report.fatal = True
        report.add(Problem(row=fault.row, message=fault.message, field=fault.field), file=request.name)
    report.seconds = time.monotonic() - started
    return report


def _parsed(request: Request, crs: str | Mapping[str, str] | None, *, probe: bool = False) -> Any:
    return parsed(request.path, crs=crs, encoding=request.encoding, table=request.table, probe=probe)


def _placed(
    request: Request, layer: Layer | None, given: Mapping[str, Any], report: Report
) -> str | dict[str, str] | None:
    """How coordinates are to be read: as asked, or for each file as the layer's own check finds.

    Raises:
        Unreadable: a file is refused.
    """
    place = layer.importer.place if layer is not None and layer.importer is not None else None
    if place is None:
        return request.crs
    found: dict[str, str] = {}
    with _parsed(request, None, probe=True) as read:
        for file in read.summary["files"]:
            points = np.array(file["written"]["points"], dtype=np.float64).reshape(-1, 2)
            try:
                crs, problems = place(points, request.crs or file["written"]["crs"], given)
            except LayerError as refusal:
                words = refusal.message
                raise Unreadable("place_refused", name=file["name"], vi=words.vi, en=words.en) from refusal
            for problem in problems:
                report.add(problem, file=file["name"])
            if crs is not None:
                found[file["name"]] = crs
    return found or request.crs


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One import into a layer at a time.

    Raises:
        Busy: another is running.
    """
    lock = f"import:{name}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext(%s))", [lock])
        if cursor.fetchone() != (True,):
            raise Busy(
                Text(vi="Một tệp khác đang được nhập vào lớp này.", en="Another file is being imported into it.")
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext(%s))", [lock])


class _Import:
    """One run: what was asked, what was read, and the report being written."""

    def __init__(
        self,
        request: Request,
        layer: Layer | None,
        read: Parsed,
        report: Report,
        say_progress: Say | None,
        given: Mapping[str, Any],
    ) -> None:
        self.request = request
        self.given = given
        self.layer = layer
        self.read = read
        self.report = report
        self.say_progress = say_progress
        self.is_dataset = layer is None or layer.from_rows
        self.plan = self._plan()
        self.made = layer is not None
        self.seen: dict[int, int] = {}
        self.lookups: dict[tuple[str, str], Any] = {}

    def run(self) -> None:
        """Everything, in order."""
        self._tell_notes()
        rows: Iterable[ImportRow | Problem] = self._rows()
        importer = self.layer.importer if self.layer is not None else None
        if importer is not None and importer.prepare is not None:
            rows = importer.prepare(self._only_rows(rows))
        usable = self._distinct(rows, importer)
        with transaction.atomic() if importer is not None and importer.whole else nullcontext():
            while batch := list(islice(usable, BATCH)):
                self._batch(batch)
                if self.say_progress is not None and self.report.used and self.report.used % SAY_EVERY < BATCH:
                    self.say_progress(self.report)
            self._finish()
            if importer is not None and importer.whole and self.request.dry_run:
                transaction.set_rollback(True)

    # ------------------------------------------------------------- the plan

    def _plan(self) -> Plan:
        summary = self.read.summary
        self.report.number_files(summary["files"])
        found = [Found.read(body) for body in summary["columns"]]
        ids = any(file["has_ids"] for file in summary["files"])
        if not self.is_dataset and self.layer is not None:
            return planning.for_layer(self.layer, found, self.request.mapping, ids=ids, given=self.given)
        return planning.for_dataset(self.layer, found, self.request.mapping, ids=ids, key=self.request.key)

    def _tell_notes(self) -> None:
        summary = self.read.summary
        for note in summary["notes"]:
            message = say(note["code"], **note["facts"])
            self.report.add(Problem(row=None, message=message, field=note["field"], warning=True), file=note["file"])
        for fault in summary["faults"]:
            message = say(fault["code"], **fault["facts"])
            self.report.add(Problem(row=fault["row"], message=message, field=fault["field"]), file=fault["file"])
        for problem in self.plan.problems:
            self.report.add(problem)
        if not self.report.rows:
            raise Unreadable("no_rows")

    # ------------------------------------------------------------- the rows

    def _rows(self) -> Iterator[ImportRow]:
        """Rows that were read and converted; the others are reported."""
        srids = [one.get("srid") for one in self.read.summary["files"]]
        for file, row, wkb, values, notes in self.read.records():
            number = self.report.number(file, row)
            refused = False
            for code, name, facts, warning in notes:
                self.report.add(Problem(row=number, message=say(code, **facts), field=name, warning=warning))
                refused |= not warning
            kept = None if refused else self._converted(number, values)
            if kept is None:
                self.report.rejected += 1
                continue
            shape = shapely.from_wkb(wkb) if wkb else None
            yield ImportRow(number=number, values=kept, shape=shape, srid=srids[file])

    def _converted(self, number: int, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row's values by field; None where one is wrong, with every wrong one reported."""
        kept: dict[str, Any] = dict(self.given)
        wrong = False
        for heading, column in self.plan.columns.items():
            value = values.get(heading)
            try:
                kept[column.name] = None if value is None else self._value(column, heading, value)
            except NoValueError:
                wrong = True
                self._refuse_value(number, heading, column, value)
            if kept.get(column.name) is None and column.required and not wrong:
                wrong = True
                message = say("value_missing", heading=heading)
                self.report.add(Problem(row=number, message=message, field=heading))
        return None if wrong else kept

    def _value(self, column: Column, heading: str, value: Any) -> Any:
        if column.lookup is None:
            return convert(value, column.type, self.plan.forms[heading])
        text = str(value)
        known = (column.name, text)
        if known not in self.lookups:
            if len(self.lookups) >= MAX_LOOKUPS:
                self.lookups.clear()
            self.lookups[known] = column.lookup(text)
        if self.lookups[known] is None:
            raise NoValueError(value)
        return self.lookups[known]

    def _refuse_value(self, number: int, heading: str, column: Column, value: Any) -> None:
        shown = str(value)[:SHOWN]
        vi, en = KINDS[column.type]
        message = (
            say("value_unknown", heading=heading, value=shown)
            if column.lookup is not None
            else say("value_wrong", heading=heading, value=shown, kind_vi=vi, kind_en=en)
        )
        self.report.add(Problem(row=number, message=message, field=heading))

    def _only_rows(self, rows: Iterable[ImportRow | Problem]) -> Iterator[ImportRow]:
        return (row for row in rows if isinstance(row, ImportRow))

    def _distinct(self, rows: Iterable[ImportRow | Problem], importer: Importer | None) -> Iterator[ImportRow]:
        """Rows whose key was not met before; the first keeps its place, so that a repeat changes nothing."""
        for row in rows:
            if isinstance(row, Problem):
                self.report.take(Outcome(problems=[row]))
                continue
            if self.is_dataset and row.shape is None:
                self.report.take(Outcome(problems=[Problem(row=row.number, message=say("geometry_missing"))]))
                continue
            mark = self._mark(row, importer)
            first = self.seen.setdefault(mark, row.number)
            if first == row.number:
                yield row
                continue
            file, place = self.report.place(first)
            where = f" ({file})" if len(self.report.files) > 1 else ""
            problem = Problem(row=row.number, message=say("row_doubled", first=place, where=where))
            self.report.take(Outcome(problems=[problem]))

    def _mark(self, row: ImportRow, importer: Importer | None) -> int:
        key = importer.natural_key if importer is not None else (self.plan.key,) if self.plan.key else ()
        if key and all(row.values.get(name) is not None for name in key):
            return hash(tuple(str(row.values[name]) for name in key))
        content = tuple(sorted((name, str(value)) for name, value in row.values.items() if value is not None))
        return hash((row.shape.wkb if row.shape is not None else None, content))

    # ------------------------------------------------------------- the store

    def _batch(self, batch: Sequence[ImportRow]) -> None:
        """Store a batch in one transaction; where the database refuses it, in halves, down to the row at fault."""
        importer = self._importer()
        if importer is None:
            self.report.take(Outcome(created=len(batch)))
            return
        try:
            with transaction.atomic():
                outcome = importer.store_batch(batch)
                if self.request.dry_run and not importer.whole:
                    transaction.set_rollback(True)
        except (DataError, IntegrityError, InternalError) as fault:
            if len(batch) > 1:
                self._batch(batch[: len(batch) // 2])
                self._batch(batch[len(batch) // 2 :])
                return
            message = say("row_refused", reason=str(fault).splitlines()[0][:200])
            outcome = Outcome(problems=[Problem(row=batch[0].number, message=message)])
        self.report.take(outcome)

    def _importer(self) -> Importer | None:
        """Where rows go; the dataset is made when the first usable rows are there. None: a dry run of a new one."""
        if self.is_dataset and not self.request.dry_run and self.plan.schema is not None:
            self.layer = self._declared(self.plan)
            self.plan = Plan(
                columns=self.plan.columns, forms=self.plan.forms, schema=None, key=self.plan.key, problems=()
            )
        return self.layer.importer if self.layer is not None else None

    def _declared(self, plan: Plan) -> Layer:
        """The dataset's layer, made or brought up to what the file holds."""
        known, summary = self.layer, self.read.summary
        kinds = summary["kinds"]
        name = self.request.path.stem[:200] or self.request.layer
        title = self.request.title or (known.title if known else Text.same(name))
        access = self.request.access or (known.access.view if known else Roles(*target.STEWARDS))
        made = target.provider().create(
            getattr(known, "slug", self.request.layer),
            title,
            plan.schema or (),
            access,
            key=plan.key,
            geometry=kinds[0] if len(kinds) == 1 else "mixed",
            source=_source(summary, known, self.request.name),
            by=self.request.viewer.user_id if self.request.viewer else None,
        )
        assert isinstance(made, Layer)
        self.report.layer, self.report.title = made.id, made.title
        return made

    def _finish(self) -> None:
        changed = self.report.created + self.report.updated
        importer = self.layer.importer if self.layer is not None else None
        if importer is None or importer.finish is None:
            pass
        elif importer.whole or (changed and not self.request.dry_run):
            with transaction.atomic():
                self.report.take(importer.finish() or Outcome())
        if self.report.used == 0:
            self.report.add(Problem(row=None, message=say("nothing")))


def _source(summary: Mapping[str, Any], known: Layer | None, name: str) -> Text | None:
    """What the file says of its source; a new dataset without one names the file."""
    if summary["source"]:
        return Text.same(summary["source"])
    return None if known is not None else Text(vi=f"Tệp {name}", en=f"File {name}")
