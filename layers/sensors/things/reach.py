"""Which rows stand for an entity, of the stations a viewer may see."""

from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

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
            return Reading.objects.filter(visible(kind, viewer))
    datastreams = Datastream.objects.filter(visible(kind, viewer))
    if kind == "datastream":
        return datastreams
    firsts = datastreams.order_by().values("quantity").annotate(first=Min("pk")).values("first")
    return Datastream.objects.filter(pk__in=firsts)


def visible(kind: str, viewer: Viewer) -> Q:
    """Whether a row of one kind is of a station that this viewer may see."""
    seen = stations(viewer).values("pk")
    match kind:
        case "station" | "measuring station":
            return Q(pk__in=seen)
        case "reading":
            return Q(datastream__station__in=seen)
    return Q(station__in=seen)
