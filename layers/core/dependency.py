"""What else a layer shows: tables whose change alters its features."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Dependency:
    """A table whose change alters what a layer shows.

    Attributes:
        model: the other table.
        path: its foreign key to the layer's rows: only those are then touched; None touches the whole layer.
        via: the layer's own foreign key to the other table, where the layer shows the other row's values.
    """

    model: type[Model]
    path: str | None = None
    via: str | None = None
