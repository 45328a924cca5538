"""Why a file cannot be read at all, as a code and its facts; whoever reads the summary finds the words."""

from typing import Any


class Fault(Exception):
    """A file that cannot be used.

    Attributes:
        code: key into `layers.exchange.words`.
        facts: values for the words.
        row: row of the file, from 1, where it is known.
        field: heading, where it is known.
    """

    def __init__(self, code: str, *, row: int | None = None, field: str | None = None, **facts: Any) -> None:
        """Keep what was wrong and where."""
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.row = row
        self.field = field

    def json(self) -> dict[str, Any]:
        """As the summary carries it."""
        return {"code": self.code, "facts": self.facts, "row": self.row, "field": self.field}
