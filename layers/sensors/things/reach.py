"""Which rows stand for an entity, of the stations a viewer may see."""

from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet

from layers.core.viewer import Viewer
from layers.sensors.models import Datastream, Reading
from layers.sensors.visible import stations


def below(kind: str) -> "QuerySet[Any]":
    """The rows of one kind, only for who keeps to those of rows that `rows` gave: they are seen with their owner."""
    return Reading.objects.all() if kind == "reading" else Datastream.objects.all()


def rows(kind: str, viewer: Viewer) -> "QuerySet[Any]":
    """The rows of one kind (`entity.Entity.rows`) that this viewer may see."""
    seen = stations(viewer)
    match kind:
        case "station":
            return seen
        case "measuring station":
            return seen.filter(Exists(Reading.objects.filter(datastream__station_id=OuterRef("pk"))))
        case "reading":
            return Reading.objects.filter(datastream__station__in=seen.values("pk"))
    datastreams = Datastream.objects.filter(station__in=seen.values("pk"))
    if kind == "datastream":
        return datastreams
    firsts = datastreams.order_by().values("quantity").annotate(first=Min("pk")).values("first")
    return Datastream.objects.filter(pk__in=firsts)
