"""What an extract says: a parcel's version, its drawing, uses and open restrictions by kind; and the hash of it all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from land_records.models import Parcel, ParcelUse
from land_records.panel import sketch
from land_records.panel.sketch import Frame, Sketch
from land_records.terms import Source
from layers.core.errors import BadRequest
from layers.core.text import Text
from layers.core.time import LOCAL

SCALES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 25_000)
"""Denominators of cadastral maps, one larger for parcels of a few metres, one smaller for those of a kilometre."""
WIDE_MM, HIGH_MM = 180.0, 104.0
"""The frame on paper."""
ROOM_MM = 9.0
"""Left free between the parcel and the frame, for its neighbours' numbers."""
PX_MM = 96 / 25.4
DIGEST_BYTES = 9
MAX_USES = 20
MAX_VERTICES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A parcel's version as it is put on paper.

    Attributes:
        at, known_at: the day asked and the moment up to which the register is read.
        scale: denominator.
    """

    row: Parcel
    sketch: Sketch
    uses: Sequence[ParcelUse]
    scale: int
    at: datetime
    known_at: datetime

    @property
    def is_demo(self) -> bool:
        """Whether the parcel is invented."""
        return self.row.source == Source.DEMO

    @property
    def frame(self) -> Frame:
        """The frame with the parcel in its middle."""
        west, south, east, north = self.sketch.shape.bounds
        per_m = 1_000 / self.scale
        return Frame(
            west=(west + east) / 2 - WIDE_MM / per_m / 2,
            north=(south + north) / 2 + HIGH_MM / per_m / 2,
            scale=per_m * PX_MM,
            wide=WIDE_MM * PX_MM,
            high=HIGH_MM * PX_MM,
        )

    def digest(self) -> bytes:
        """Hash of everything drawn and written, as it is rounded on paper: `DIGEST_BYTES` of SHA-256."""
        row = self.row
        said = [
            [row.su_id, row.commune_id, row.sheet, row.parcel_number, row.identifier, self.scale, self.sketch.zone],
            [f"{row.recorded_area_m2:.1f}", f"{row.computed_area_m2:.1f}", row.status, row.address, row.source],
            [[one.code, f"{one.area_m2:.1f}", one.origin, one.form, str(one.until)] for one in self.uses],
            row.restrictions,
            [[f"{one.x:.2f}", f"{one.y:.2f}", f"{one.edge_m:.2f}"] for one in self.sketch.vertices()],
            sorted(number for _, number in self.sketch.beside),
        ]
        return sha256(json.dumps(said).encode()).digest()[:DIGEST_BYTES]


def extract(row: Parcel, at: datetime, known_at: datetime, scale: int | None = None) -> Extract:
    """The extract of a parcel's version.

    Args:
        row: the version that held on that day as far as was known at that moment.
        at: its neighbours and uses are those of this day in Vietnam.
        known_at: as far as was known then.
        scale: one of `SCALES`; the largest that shows the whole parcel where none is asked for.

    Raises:
        BadRequest: the scale is none of `SCALES`, or the parcel does not fit the frame at it.
    """
    found = sketch.of(row, at, known_at)
    return Extract(
        row=row,
        sketch=found,
        uses=list(row.uses.order_by("-area_m2", "pk")[:MAX_USES]),
        scale=scale_of(found, scale),
        at=at,
        known_at=known_at,
    )


def day_of(at: datetime) -> str:
    """A day as a Vietnamese paper writes it."""
    return f"{at.astimezone(LOCAL):%d/%m/%Y}"


def scale_of(found: Sketch, asked: int | None = None) -> int:
    """The scale asked for, or the largest of `SCALES` at which it fits the frame.

    Raises:
        BadRequest: none of `SCALES`, or it does not fit.
    """
    west, south, east, north = found.shape.bounds
    least = max((east - west) / (WIDE_MM - 2 * ROOM_MM), (north - south) / (HIGH_MM - 2 * ROOM_MM)) * 1_000
    fitting = next((one for one in SCALES if one >= least), None)
    known = ", ".join(f"1:{one}" for one in SCALES)
    if fitting is None:
        raise BadRequest(
            Text(
                vi=f"Ở tỷ lệ 1:{SCALES[-1]} thửa vẫn không lọt khung.",
                en=f"Even at 1:{SCALES[-1]} the parcel does not fit the frame.",
            ),
            field="scale",
        )
    if asked is None:
        return fitting
    if asked not in SCALES:
        raise BadRequest(Text(vi=f"scale: chọn một trong {known}.", en=f"scale: one of {known}."), field="scale")
    if asked < fitting:
        raise BadRequest(
            Text(
                vi=f"scale: ở 1:{asked} thửa không lọt khung; từ 1:{fitting} trở đi thì được.",
                en=f"scale: at 1:{asked} the parcel does not fit the frame; from 1:{fitting} on it does.",
            ),
            field="scale",
        )
    return asked
