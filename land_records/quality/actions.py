"""What a land officer does about a problem: takes it on, accepts it with a reason, opens it again."""

from collections.abc import Mapping
from typing import Any

from land_records.officers import OFFICERS
from land_records.quality.models import ParcelProblem, ProblemEntry
from land_records.quality.terms import EntryKind, ProblemState
from layers.core import Action, Field, Text, Viewer
from layers.core.errors import Conflict, Invalid

LEAST_REASON = 5
"""Characters of a reason."""
_GONE = Text(vi="Lỗi này không còn.", en="The problem is gone.")
_YOURS = Text(vi="Bạn đang xử lý lỗi này.", en="You have taken it already.")
_ACCEPTED = Text(vi="Đã chấp nhận; mở lại trước.", en="It is accepted; open it again first.")
_OPEN = Text(vi="Lỗi này đang mở.", en="It is open already.")


def take(row: ParcelProblem, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Take a problem on, from a colleague too.

    Raises:
        Conflict: it is gone, accepted, or the viewer's already.
    """
    _standing(row)
    if row.state == ProblemState.ACCEPTED:
        raise Conflict(_ACCEPTED)
    if row.state == ProblemState.IN_WORK and row.owner_id == viewer.user_id:
        raise Conflict(_YOURS)
    row.owner_id = viewer.user_id
    _keep(row, viewer, ProblemState.IN_WORK, EntryKind.TAKEN, data["text"])


def accept(row: ParcelProblem, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Let it be, for a reason that the history keeps.

    Raises:
        Conflict: it is gone or accepted already.
        Invalid: the reason says too little.
    """
    _standing(row)
    if row.state == ProblemState.ACCEPTED:
        raise Conflict(_ACCEPTED)
    if len(data["reason"]) < LEAST_REASON:
        few = Text(vi="Ghi rõ lý do, ít nhất 5 ký tự.", en="State the reason, 5 characters at least.")
        raise Invalid(few, fields={"reason": few})
    row.owner_id = viewer.user_id
    _keep(row, viewer, ProblemState.ACCEPTED, EntryKind.ACCEPTED, data["reason"])


def reopen(row: ParcelProblem, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Give back what was taken or accepted: it is open and nobody's.

    Raises:
        Conflict: it is gone or open already.
    """
    _standing(row)
    if row.state == ProblemState.OPEN:
        raise Conflict(_OPEN)
    row.owner_id = None
    _keep(row, viewer, ProblemState.OPEN, EntryKind.REOPENED, data["text"])


def _standing(row: ParcelProblem) -> None:
    if not row.is_current:
        raise Conflict(_GONE)


def _keep(row: ParcelProblem, viewer: Viewer, state: ProblemState, kind: EntryKind, text: str | None) -> None:
    row.state = state.value
    row.save(update_fields=["state", "owner"])
    ProblemEntry.objects.create(problem=row, kind=kind.value, by_id=viewer.user_id, text=text or "")


_NOTE = Field("text", Text(vi="Ghi chú", en="Note"), required=False, max_length=900)
ACTIONS = (
    Action("take", Text(vi="Nhận xử lý", en="Take"), take, form=[_NOTE], by=OFFICERS),
    Action(
        "accept",
        Text(vi="Chấp nhận", en="Accept"),
        accept,
        form=[Field("reason", Text(vi="Lý do", en="Reason"), max_length=900)],
        by=OFFICERS,
    ),
    Action("reopen", Text(vi="Mở lại", en="Open again"), reopen, form=[_NOTE], by=OFFICERS),
)
