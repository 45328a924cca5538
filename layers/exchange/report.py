"""What an import did, as people and programs read it: counts, and every problem with file, row and field."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from layers.core import Outcome, Problem, Text

MAX_PROBLEMS = 1_000
"""Problems listed; further ones are only counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A problem in its file."""

    file: str
    problem: Problem

    def json(self) -> dict[str, Any]:
        """`{"file", "row", "field", "warning", "message"}`."""
        return {"file": self.file, **self.problem.json()}

    def line(self, language: str) -> str:
        """One line for a terminal."""
        row = f" {'dòng' if language == 'vi' else 'row'} {self.problem.row}" if self.problem.row else ""
        where = f" [{self.problem.field}]" if self.problem.field else ""
        return f"{self.file}{row}{where}: {self.problem.message.to(language)}"


@dataclass(slots=True)
class Report:
    """The result of one import.

    Attributes:
        file: name of the file or folder.
        layer: id of the layer; empty where none was made.
        fatal: nothing of the file could be read or used.
        files: names of the files read, with the number of rows before each: rows are numbered through.
    """

    file: str
    layer: str = ""
    title: Text | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    dry_run: bool = False
    fatal: bool = False
    seconds: float = 0.0
    problem_count: int = 0
    warning_count: int = 0
    problems: list[Named] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    @property
    def used(self) -> int:
        """Rows that are now as the file says."""
        return self.created + self.updated + self.unchanged

    @property
    def failed(self) -> bool:
        """Whether nothing came of it."""
        return self.fatal or self.used == 0

    def number_files(self, files: Sequence[dict[str, Any]]) -> None:
        """Remember which rows are of which file."""
        for file in files:
            self.files.append(str(file["name"]))
            self.starts.append(self.rows)
            self.rows += int(file["rows"])

    def number(self, file: int, row: int) -> int:
        """The number of a file's row, counted through all files."""
        return self.starts[file] + row

    def place(self, number: int | None) -> tuple[str, int | None]:
        """File and row of a number; the whole import where there is none."""
        if number is None or not self.files:
            return self.file, number
        file = bisect_right(self.starts, number - 1) - 1
        return self.files[file], number - self.starts[file]

    def add(self, problem: Problem, file: str | None = None) -> None:
        """Take a problem in; its row is counted through all files unless `file` is given."""
        self.problem_count += not problem.warning
        self.warning_count += problem.warning
        if len(self.problems) >= MAX_PROBLEMS:
            return
        name, row = self.place(problem.row) if file is None else (file, problem.row)
        placed = Problem(row=row, message=problem.message, field=problem.field, warning=problem.warning)
        self.problems.append(Named(file=name, problem=placed))

    def take(self, outcome: Outcome) -> None:
        """Add a batch's outcome."""
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self.rejected += len({p.row for p in outcome.problems if not p.warning and p.row is not None})
        for problem in outcome.problems:
            self.add(problem)

    def json(self) -> dict[str, Any]:
        """As the command writes it and the server answers it."""
        return {
            "file": self.file,
            "layer": self.layer,
            "title": self.title.json() if self.title else None,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "dry_run": self.dry_run,
            "failed": self.failed,
            "seconds": round(self.seconds, 2),
            "problem_count": self.problem_count,
            "warning_count": self.warning_count,
            "problems": [one.json() for one in self.problems],
        }
