"""A layer of moving things: pushed with a time to live, the latest of each kept in one small table; no tiles."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    F,
    Field,
    FloatField,
    Model,
    QuerySet,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from layers.core.attribute import Attribute
from layers.core.events import Sighted, publish
from layers.core.layer import Layer
from layers.core.models import Sighting

CHANNEL = "map_sighted"
"""Notices between processes: what streams see now."""
_PIECE = 20
_MAX_PAYLOAD = 8_000
"""PostgreSQL refuses notices from 8,000 bytes on."""


class StreamLayer(Layer, abstract=True):
    """Features that are seen now. A subclass declares attributes, each read from what was pushed, and `ttl`."""

    kind: ClassVar[str] = "stream"
    model: type[Model] = Sighting
    key = "feature_id"
    ttl: timedelta = timedelta(seconds=5)

    def __init__(self) -> None:
        """Take this layer's own sightings; read every attribute without a source of its own from what was pushed."""
        super().__init__()
        self.discriminator = {"layer": self.id}
        self.attributes = tuple(
            a if a.source is not None else dataclasses.replace(a, source=_pushed(a)) for a in self.attributes
        )

    def rows(self) -> QuerySet[Any]:
        """The latest sighting of each object whose time is not over (swept by `expire`)."""
        return Sighting.objects.filter(**self.discriminator, is_current=True)

    def sight(self, at: datetime, features: Sequence[Mapping[str, Any]], scopes: frozenset[str]) -> None:
        """Keep and push what is seen: mappings with `id`, `lonlat` and the attributes' values."""
        rows = [
            Sighting(
                layer=self.id,
                feature_id=one["id"],
                commune_id=one.get("commune_id"),
                geom=Point(one["lonlat"][0], one["lonlat"][1], srid=4326),
                at=at,
                expires_at=at + self.ttl,
                is_current=True,
                attributes={a.name: one.get(a.name) for a in self.attributes},
            )
            for one in features
        ]
        Sighting.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["layer", "feature_id"],
            update_fields=["commune_id", "geom", "at", "expires_at", "is_current", "attributes"],
        )
        publish(
            Sighted(layer=self.id, id=0, at=at, features=tuple(features), scopes=scopes, ttl_s=self.ttl.total_seconds())
        )


def _notify(
    layer: str, at: datetime, ttl: timedelta, features: Sequence[Mapping[str, Any]], scopes: frozenset[str]
) -> None:
    """Tell other processes, in pieces the database's notices can carry; what is lost is seen again a moment later."""
    for start in range(0, len(features), _PIECE):
        body = {
            "layer": layer,
            "at": at.isoformat(),
            "ttl_s": ttl.total_seconds(),
            "scopes": sorted(scopes),
            "features": list(features[start : start + _PIECE]),
        }
        payload = json.dumps(body, separators=(",", ":"), default=str)
        if len(payload.encode()) < _MAX_PAYLOAD:
            with connection.cursor() as cursor:
                cursor.execute("select pg_notify(%s, %s)", [CHANNEL, payload])


def expire(now: datetime) -> int:
    """Mark sightings whose time to live is over; returns how many."""
    return Sighting.objects.filter(is_current=True, expires_at__lte=now).update(is_current=False)


_CASTS: dict[str, Field[Any, Any]] = {
    "integer": BigIntegerField(),
    "number": FloatField(),
    "boolean": BooleanField(),
    "date": DateField(),
    "datetime": DateTimeField(),
}


def _pushed(attribute: Attribute) -> Any:
    """The pushed value as the attribute's declared type."""
    text = KeyTextTransform(attribute.name, F("attributes"))
    return Cast(text, _CASTS[attribute.type]) if attribute.type in _CASTS else text
