"""A table of old readings brought in: stored in batches, counted, with every cell that was not accepted and why.

Each batch is one transaction and what is known already changes nothing: broken off, it is simply started again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from layers.sensors.ingest.mapping import Mapping
from layers.sensors.ingest.table import Cell, Fault, Read, cells
from layers.sensors.storage import Reason, refuse, store

BATCH_ROWS = 2_000
SHOWN = 1_000
"""Refusals listed in full; all are counted, and kept in the database."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a file: rows, and their cells."""

    file: str
    rows: int = 0
    missing: int = 0
    new: int = 0
    corrected: int = 0
    same: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    refusals: list[Fault] = field(default_factory=list)
    seconds: float = 0

    @property
    def rejected(self) -> int:
        """Cells that were not accepted."""
        return sum(self.reasons.values())

    @property
    def readings(self) -> int:
        """Cells that held something."""
        return self.new + self.corrected + self.same + self.rejected

    def json(self) -> dict[str, Any]:
        """As a report file holds it."""
        numbers = {name: getattr(self, name) for name in ("rows", "missing", "new", "corrected", "same", "rejected")}
        return {
            "file": self.file,
            **numbers,
            "seconds": round(self.seconds, 2),
            "reasons": {
                reason.value: {"count": count, **reason.title.json()} for reason, count in self.reasons.items()
            },
            "refusals": [
                {
                    "row": one.row,
                    "column": one.column,
                    "station": one.station,
                    "text": one.text,
                    "reason": one.reason.value,
                }
                for one in self.refusals
            ],
            "refusals_listed": len(self.refusals),
        }

    def refuse(self, fault: Fault) -> None:
        """Count a refusal, and list it while there is room."""
        self.reasons[fault.reason] += 1
        if len(self.refusals) < SHOWN:
            self.refusals.append(fault)


def bring_in(file: Path, mapping: Mapping, *, say: Callable[[Report], None], dry_run: bool = False) -> Report:
    """Store a table's readings.

    Args:
        file: .csv or .xlsx.
        mapping: what its columns are.
        say: told after every batch.
        dry_run: read and count only; what the storage itself would refuse is then not known.

    Raises:
        UnreadableTable: the file is no table, or lacks a column.
    """
    report = Report(file=file.name)
    started = time.monotonic()
    lines = cells(file, mapping)
    while batch := list(islice(lines, BATCH_ROWS)):
        _keep([cell for _, row in batch for cell in row], report, dry_run)
        report.rows += len(batch)
        report.seconds = time.monotonic() - started
        say(report)
    return report


def _keep(read: list[Read], report: Report, dry_run: bool) -> None:
    taken = [cell for cell in read if isinstance(cell, Cell)]
    faults = [cell for cell in read if isinstance(cell, Fault)]
    report.missing += sum(cell is None for cell in read)
    for fault in faults:
        report.refuse(fault)
        if not dry_run:
            refuse(fault.station, fault.reason, text=fault.text, quantity=fault.quantity, at=fault.at)
    if dry_run:
        report.new += len(taken)
        return
    stored = store([cell.arrival for cell in taken], late=None)
    report.new += stored.new
    report.corrected += stored.corrected
    report.same += stored.same
    for fault in _refused(taken, stored.rejected):
        report.refuse(fault)


def _refused(taken: list[Cell], rejected: list[tuple[int, Reason]]) -> Iterator[Fault]:
    for index, reason in rejected:
        row, column, arrival = taken[index]
        yield Fault(
            row=row,
            column=column,
            station=arrival.station,
            quantity=arrival.quantity,
            text=f"{arrival.value} {arrival.unit}".strip(),
            reason=reason,
            at=arrival.at,
        )
