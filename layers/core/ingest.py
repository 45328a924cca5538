"""What a device or a system may post to a layer: a schema, a handler, who may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from layers.core.errors import LayerError
from layers.core.viewer import Role, Viewer

Store = Callable[[BaseModel, Viewer], None]
"""`store(item, viewer)`: keeps one item in its own transaction, or raises `Rejected`."""
StoreTogether = Callable[[Sequence[BaseModel], Viewer], Sequence[LayerError | None]]
"""`store(items, viewer)`: keeps a request's items at once; for each, in order, why it was not accepted, or None."""


class Rejected(LayerError):
    """An item that was understood but not accepted; it is kept with this reason where the domain says so."""

    slug = "rejected"


@dataclass(frozen=True, slots=True)
class Ingest:
    """The door of a layer for devices and systems.

    Attributes:
        schema: what one item looks like (pydantic); a fault names its field.
        handler: stores one item, or all of a request where `together`.
        by: roles that may post; empty tuple: everyone, within the limits of the public forms.
        batch: most items of one request.
    """

    schema: type[BaseModel]
    handler: Store | StoreTogether
    by: Role | tuple[Role, ...] = ()
    batch: int = 1_000
    together: bool = False

    def allowed(self, viewer: Viewer) -> bool:
        """Whether the viewer may post here."""
        return self.by == () or viewer.has(self.by)
