"""The smallest parcels a split may leave, as the province's committee decides: per use, urban or rural.

`GEO_IOC_LAND_MINIMUM` holds them; where it is empty nothing is too small. The demo has some of its own, invented.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from land_records.models import Parcel
from land_records.scale import LandUse
from land_records.transactions.filing import Faults
from layers.admin_units.models import Kind

URBAN, RURAL = "urban", "rural"
URBAN_KINDS = (Kind.WARD, Kind.TOWNSHIP, Kind.URBAN_DISTRICT, Kind.CITY)
DEMO: Mapping[str, Mapping[str, float]] = {URBAN: {"ODT": 40.0}, RURAL: {"ONT": 50.0, "CLN": 100.0}}
"""Invented for the demo: no province's decision."""


def must_be_large_enough(parcel: Parcel, use: str, area_m2: float, faults: Faults, field: str) -> None:
    """Add a fault where a part of a parcel, with this main use, has less than the least area there."""
    least = _in_force().get(URBAN if is_urban(parcel) else RURAL, {}).get(use)
    if least is not None and area_m2 < least:
        vi, en = ("", "") if settings.GEO_IOC_LAND_MINIMUM else (" (số liệu trình diễn)", " (demo figure)")
        faults.add(
            field,
            f"{area_m2:.1f} m² nhỏ hơn diện tích tối thiểu của đất {use}: {least:g} m²{vi}.",
            f"{area_m2:.1f} m² is less than the least area of {use}: {least:g} m²{en}.",
        )


def is_urban(parcel: Parcel) -> bool:
    """Whether a parcel lies in a ward."""
    return parcel.commune.kind in URBAN_KINDS


def _in_force() -> Mapping[str, Mapping[str, float]]:
    if settings.GEO_IOC_LAND_MINIMUM:
        return minimums_in(settings.GEO_IOC_LAND_MINIMUM)
    return DEMO if settings.GEO_IOC_DEMO else {}


def minimums_in(text: str) -> dict[str, dict[str, float]]:
    """What a deployment sets: `{"rural": {"ONT": 60}, "urban": {"ODT": 45}}`, m².

    Raises:
        ValueError: what is not so, and where.
    """
    if not text.strip():
        return {}
    try:
        raw: Any = json.loads(text)
    except ValueError as fault:
        raise ValueError(f"write JSON: {fault}") from fault
    if not isinstance(raw, dict) or not set(raw) <= {URBAN, RURAL}:
        raise ValueError('write an object with "urban" and "rural"')
    known = {use.value for use in LandUse}
    for kind, least in raw.items():
        if not isinstance(least, dict):
            raise ValueError(f'{kind}: write an object a use, e.g. {{"ONT": 60}}')
        for use, area in least.items():
            if use not in known:
                raise ValueError(f"{kind}.{use} is no land use")
            if isinstance(area, bool) or not isinstance(area, int | float) or not area > 0:
                raise ValueError(f"{kind}.{use}: write an area in m² above 0")
    return {kind: {use: float(area) for use, area in least.items()} for kind, least in raw.items()}
