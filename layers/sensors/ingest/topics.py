"""Where devices publish: `stations/<code>/readings`, and which of these topics are whose."""

import re
from collections.abc import Iterator

from django.db.models import Q

from layers.sensors.models import Station

LAYER = "stations"
LISTENS = "stations/+/#"
"""Everything below a station: what is no reading is kept as unreadable, not passed over."""
_CODE = re.compile(r"[\w.-]+")
"""Codes that can stand in a topic: no `+ # /`, no space."""


def topics_of(device: str, units: frozenset[int]) -> Iterator[str]:
    """Topic filters a device may publish to: of its own stations and of those that name no device.

    Args:
        device: name of the device.
        units: ids of the communes it reports for; empty: all.
    """
    open_to_all = Q(device="", commune__in=units) if units else Q(device="")
    for code in Station.objects.filter(Q(device=device) | open_to_all).order_by("code").values_list("code", flat=True):
        if _CODE.fullmatch(code):
            yield f"stations/{code}/#"


def station_of(topic: str) -> str:
    """The code of the station a topic names; empty where it names none."""
    layer, _, rest = topic.partition("/")
    return rest.partition("/")[0] if layer == LAYER else ""
