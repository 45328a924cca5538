"""What every reader gives: a few thousand rows at a time, values by heading, shapes as shapely sees them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

ROWS = 2_000
"""Rows of a chunk: memory stays bounded however long the file is."""


@dataclass(slots=True)
class Note:
    """Something about one row: a reason it cannot be used, or a warning."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    field: str | None = None
    warning: bool = False

    def json(self) -> list[Any]:
        """As a row's record carries it."""
        return [self.code, self.field, self.facts, self.warning]


@dataclass(slots=True)
class Chunk:
    """Rows read together.

    Attributes:
        numbers: place in the file, from 1.
        values: by heading; None for nothing.
        shapes: (n,) objects, shapely geometries in the file's own CRS, or None.
        notes: by index in the chunk.
    """

    numbers: list[int] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    shapes: Any = field(default_factory=list)
    notes: dict[int, list[Note]] = field(default_factory=dict)

    def add(self, number: int, values: dict[str, Any], shape: Any, note: Note | None = None) -> None:
        """Take one row in."""
        if note is not None:
            self.notes.setdefault(len(self.numbers), []).append(note)
        self.numbers.append(number)
        self.values.append(values)
        self.shapes.append(shape)

    def note(self, index: int, code: str, *, warning: bool = False, **facts: Any) -> None:
        """Say something about a row."""
        self.notes.setdefault(index, []).append(Note(code, facts, warning=warning))

    def array(self) -> "npt.NDArray[np.object_]":
        """The shapes as an array."""
        made = np.empty(len(self.shapes), dtype=object)
        made[:] = self.shapes
        return made

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.numbers)
