"""What devices post over HTTP: a reading or a list of them, stored together."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from layers.core.errors import LayerError
from layers.core.ingest import Ingest, Rejected
from layers.core.viewer import Viewer, role
from layers.sensors.storage import Arrival, Reason, store

BATCH = 1_000
FIELDS = {
    Reason.UNKNOWN_STATION: "station",
    Reason.NOT_ITS_DEVICE: "station",
    Reason.UNKNOWN_QUANTITY: "quantity",
    Reason.UNKNOWN_UNIT: "unit",
    Reason.FUTURE: "at",
    Reason.TOO_OLD: "at",
    Reason.ARCHIVED: "at",
}
"""Reason → the field it is about; of the others it is the value."""


class ReadingIn(BaseModel):
    """One reading as a device sends it; times have a zone, an empty unit is the quantity's own."""

    model_config = ConfigDict(extra="forbid")

    station: Annotated[str, Field(min_length=1, max_length=60)]
    quantity: Annotated[str, Field(min_length=1, max_length=32)]
    at: AwareDatetime
    value: Annotated[float, Field(allow_inf_nan=False)]
    unit: Annotated[str, Field(max_length=16)] = ""
    status: Literal["00", "01", "02"] = "00"


def receive(items: Sequence[ReadingIn], viewer: Viewer) -> Sequence[LayerError | None]:
    """Store the readings of a request; for each, why it was not accepted, or None. A known one is accepted again."""
    arrivals = [Arrival(one.station, one.quantity, one.at, one.value, one.unit, one.status) for one in items]
    refused = dict(store(arrivals, device=viewer.device).rejected)
    return [_refusal(refused[index]) if index in refused else None for index in range(len(items))]


def _refusal(reason: Reason) -> Rejected:
    return Rejected(reason.title, slug=reason.value, field=FIELDS.get(reason, "value"))


READINGS = Ingest(ReadingIn, receive, by=role("device"), batch=BATCH, together=True)  # type: ignore[arg-type]
