"""What may be done with a visit."""

from collections.abc import Mapping
from typing import Any

from layers.core.errors import Conflict, Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer
from tests.toys.models import ToyVisit


def finish(visit: ToyVisit, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Mark a visit done, once, with a score.

    Raises:
        Conflict: it is done already.
        Invalid: the score is 13, which no visit has.
    """
    if visit.done:
        raise Conflict(Text(vi="Lượt này đã xong.", en="This visit is done already."))
    if data["score"] == 13:
        raise Invalid(
            Text(vi="Điểm không hợp lệ.", en="Not a score."), fields={"score": Text(vi="Không 13.", en="Not 13.")}
        )
    visit.done, visit.score = True, data["score"]
    visit.save(update_fields=["done", "score"])


def discard(visit: ToyVisit, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Delete a visit."""
    visit.delete()
