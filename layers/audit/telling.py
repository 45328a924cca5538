"""A refusal from which somebody learns what they may not look up, and how it reaches the log all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from layers.audit.chain import record
from layers.core.errors import Invalid
from layers.core.viewer import Viewer


class TellingRefusal(Invalid):
    """One field's fault that says of a register what the caller could not ask: a number is in it."""


@contextmanager
def telling_refusals_noted(viewer: Viewer, action: str, *, layer: str, feature_id: int) -> Iterator[None]:
    """Write such a refusal of an action to the log: to be put around the transaction that it takes back."""
    try:
        yield
    except TellingRefusal as fault:
        detail = {"action": action, "field": fault.field}
        record(viewer, "refusal_told", layer=layer, feature_id=feature_id, detail=detail)
        raise
