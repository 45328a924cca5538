"""What a file may bring into a layer: columns, the natural key that makes a repeat harmless, where rows go."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from layers.core.attribute import AttributeType
from layers.core.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and the model field it fills.

    Attributes:
        name: the field it fills.
        title: what a person calls it.
        type: what its text must read as.
        aliases: other headings it goes by in files.
        lookup: turns the text into the stored value (a code into a row's id); None means not found.
    """

    name: str
    title: Text
    type: AttributeType = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    lookup: Callable[[str], Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One row of a file after its columns were read.

    Attributes:
        number: its place in the file, from 1.
        values: by column name.
        shape: geometry in EPSG:4326, or None.
        srid: EPSG code of what the file holds; None where it has none.
    """

    number: int
    values: Mapping[str, Any]
    shape: shapely.Geometry | None
    srid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row, or something about it, could not be used; or a warning where it was used all the same."""

    row: int | None
    message: Text
    field: str | None = None
    warning: bool = False

    def json(self) -> dict[str, Any]:
        """As reports carry it."""
        return {"row": self.row, "field": self.field, "warning": self.warning, "message": self.message.json()}


@dataclass(slots=True)
class Outcome:
    """What an import did so far."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def __iadd__(self, other: "Outcome") -> "Outcome":
        """Add the outcome of another batch."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.problems += other.problems
        return self

    @property
    def rejected(self) -> int:
        """Rows that were not used."""
        return len({problem.row for problem in self.problems if not problem.warning})


StoreBatch = Callable[[Sequence[ImportRow]], Outcome]
Prepare = Callable[[Iterable[ImportRow]], Iterable[ImportRow | Problem]]
Place = Callable[[Any, str | None, Mapping[str, Any]], tuple[str | None, Sequence[Problem]]]


@dataclass(frozen=True, slots=True)
class Importer:
    """How a file becomes rows.

    Attributes:
        natural_key: column names that identify a row: a second import updates instead of doubling.
        columns: what may stand in the file; further columns are reported and left out.
        store_batch: keeps up to 1,000 rows; called within one transaction, which is rolled back if it raises.
        prepare: sees all rows before they are stored (a check over the whole file, a choice between doubles); what it
            yields instead of a row, or about one, is a `Problem`.
        finish: called once, in its own transaction, after the last batch of a file that changed something.
        whole: all of a file or nothing: batches and `finish`, which tells what was done, share one transaction.
        place: says how a file's coordinates are to be read, before it is: from (n, 2) vertices as written, the system
            that is declared or None, and the values given for all rows; a `LayerError` refuses the file.
    """

    natural_key: tuple[str, ...]
    columns: tuple[Column, ...]
    store_batch: StoreBatch
    prepare: Prepare | None = None
    finish: Callable[[], Outcome | None] | None = None
    whole: bool = False
    place: Place | None = None
