"""Why an import is refused as a whole."""

from typing import Any

from layers.core.errors import Invalid
from layers.exchange.words import say


class Unreadable(Invalid):
    """A file that cannot be used at all.

    Attributes:
        row: row of the file where it is known.
    """

    slug = "unreadable_file"

    def __init__(self, code: str, *, row: int | None = None, field: str | None = None, **facts: Any) -> None:
        """Find the words of the code; the code itself is the slug."""
        super().__init__(say(code, **facts), field=field)
        self.slug = code
        self.row = row
