"""Rows for any layer, made from its model's field types alone: valid geometry, unique values, owners for scopes."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.fields.json import KeyTextTransform

from layers.core import Department, Either, Layer, Public, Unit
from layers.core.attribute import Attribute
from layers.core.stream import StreamLayer
from layers.core.time import LOCAL, Instant, Valid
from tests.conformance.given import GIVEN
from tile_server.grid import EXTENT

LonLat = tuple[float, float]
LEAST_HALF_DEG = 0.002
"""Half the size of a made area or line where its layer begins far in: 220 m."""
SEEN_UNITS = 8
"""Size of a made area in the units of the first tile that shows it, so that rounding leaves it an area."""
FIRST_DAY = date(2020, 1, 1)
"""Made rows hold since this year; before it there is nothing."""
BEFORE = date(2010, 1, 1), date(2015, 1, 1)
"""When a made row of the past held."""
_PLACE_WORDS = "Đồng Xanh Nước"
_numbers = count(10_001)
"""One for each value, so that no two are alike and none stands within another."""
_turns = count()
"""One for each row, so that rows differ in what has few values."""


def known_by(row: models.Model) -> tuple[str, list[Any]]:
    """SQL that is true of this row alone, and its values; a key may have several columns."""
    keys = row._meta.pk_fields
    return " and ".join(f'"{one.column}" = %s' for one in keys), [getattr(row, one.attname) for one in keys]


class Rows:
    """Makes rows of a layer and takes them away again, with everything made for them."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        self.made: list[models.Model] = []
        first = layer.zoom.coarse or layer.zoom.first
        self.half_deg = max(LEAST_HALF_DEG, SEEN_UNITS / 2 * 360 / EXTENT / 2**first)

    def make(self, place: LonLat, **given: Any) -> Any:
        """A current row at a place, with every value that the layer's declaration reads."""
        turn = next(_turns)
        values = {**_discriminating(self.layer), **_timed(self.layer, turn), **_shown(self.layer)}
        values |= {
            name: value(turn) if callable(value) else value for name, value in GIVEN.get(self.layer.id, {}).items()
        }
        values |= given
        row = self._filled(self.layer.model, _paths(self.layer), values, place, turn)
        _put_json(self.layer, row, turn)
        self.keep(row)
        assert self.layer.rows().filter(pk=row.pk).exists(), (
            f"a row made from field types is not among the rows of {self.layer.id!r}: "
            "say in tests/conformance/given.py what such a row needs"
        )
        return row

    def related(self, model: type[models.Model], place: LonLat, **given: Any) -> Any:
        """A row of another table."""
        row = self._filled(model, frozenset(), given, place, next(_turns))
        self.keep(row)
        return row

    def clean(self, down_to: int = 0) -> None:
        """Delete what was made, the last first."""
        with connection.cursor() as cursor:
            while len(self.made) > down_to:
                row = self.made.pop()
                known, values = known_by(row)
                cursor.execute(f'delete from "{row._meta.db_table}" where {known}', values)

    def keep(self, row: models.Model) -> None:
        """Store a row, to be taken away with the others."""
        row.save(force_insert=True)
        self.made.append(row)

    def _filled(
        self,
        model: type[models.Model],
        paths: frozenset[str],
        given: Mapping[str, Any],
        place: LonLat,
        turn: int,
    ) -> models.Model:
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.attname in given or field.name in given:
                values[field.attname if field.attname in given else field.name] = given.get(
                    field.attname, given.get(field.name)
                )
            elif field.remote_field is not None:
                inner = _below(paths, field.name)
                asked = {k: v for k, v in ((_after(field.name, k), v) for k, v in given.items()) if k}
                if not field.null or field.name in paths or inner or asked:
                    other = self._filled(field.related_model, inner, asked, place, turn)
                    self.keep(other)
                    values[field.name] = other
            elif isinstance(field, GeometryField) and not field.null:
                values[field.name] = geometry(field, place, self.half_deg)
            elif isinstance(field, ArrayField):
                is_read = field.name in paths or bool(_below(paths, field.name))
                values[field.name] = [value_of(field.base_field, turn)] if is_read else []
            elif _needs_value(field, field.name in paths):
                values[field.name] = value_of(field, turn)
        return model(**values)


def owner_of(layer: Layer, row: Any, kind: type[Unit] | type[Department]) -> int | None:
    """Id of the unit or department that owns a row, by the layer's row rule."""
    rule = layer.access.rows
    rules = rule.rules if isinstance(rule, Either) else (rule,)
    field = next((one.field for one in rules if isinstance(one, kind)), None)
    return None if field is None else getattr(row, layer.model._meta.get_field(field).attname)  # type: ignore[union-attr]


def hidden_from_public(layer: Layer) -> dict[str, Any]:
    """Values by which the layer's row rule shows a row to nobody but its owners."""
    rule = layer.access.rows
    rules = rule.rules if isinstance(rule, Either) else (rule,)
    return {one.when: False for one in rules if isinstance(one, Public) and one.when}


def another(field: models.Field[Any, Any], than: Any) -> Any:
    """A value of a field that no made row has yet; the same one only where the type has no other."""
    tried = (value_of(field, next(_turns)) for _ in range(len(field.flatchoices) + 2))
    return next((value for value in tried if value != than), than)


def value_of(field: models.Field[Any, Any], turn: int) -> Any:
    """A value that the field's type allows, like no other where the type has room; else the turn's."""
    if field.choices:
        listed = [value for value, _ in field.flatchoices]
        return listed[turn % len(listed)]
    number = next(_numbers)
    day = FIRST_DAY + timedelta(days=number % 1_000)
    moment = datetime(day.year, day.month, day.day, 8, number % 60, tzinfo=UTC)
    if isinstance(field, models.DecimalField):
        return Decimal(number % 10 ** (field.max_digits - field.decimal_places))
    by_type: list[tuple[type, Any]] = [
        (models.BooleanField, turn % 2 == 0),
        (models.FloatField, number + 0.5),
        (models.IntegerField, number),
        (models.DateTimeField, moment),
        (models.DateField, day),
        (models.TimeField, moment.time()),
        (models.DurationField, timedelta(minutes=number)),
        (models.JSONField, {}),
        (models.UUIDField, uuid4()),
        (models.SlugField, f"muc-{number}"),
        (models.EmailField, f"muc{number}@example.vn"),
        (models.URLField, f"https://example.vn/{number}"),
        (models.CharField, _words(field, number)),
        (models.TextField, _words(field, number)),
    ]
    return next(value for kind, value in by_type if isinstance(field, kind))


def _words(field: models.Field[Any, Any], number: int) -> str:
    text = f"{_PLACE_WORDS} {number}"
    most = getattr(field, "max_length", None)
    return text if most is None or most >= len(text) else str(number).zfill(min(most, 5))[-most:]


def geometry(field: GeometryField, place: LonLat, half: float) -> GEOSGeometry:
    """A valid geometry of the field's kind around a place, EPSG:4326, `half` degrees to each side."""
    lon, lat = place
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    bodies = {
        "POINT": f"({lon} {lat})",
        "LINESTRING": f"({west} {south}, {lon} {lat}, {east} {north})",
        "POLYGON": f"(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))",
    }
    kind = "POLYGON" if field.geom_type == "GEOMETRY" else field.geom_type
    single = kind.removeprefix("MULTI")
    body = bodies[single] if single == kind else f"({bodies[single]})"
    return GEOSGeometry(f"SRID={field.srid};{kind}{body}")


# ---------------------------------------------------------------- what a declaration reads


def _paths(layer: Layer) -> frozenset[str]:
    """Field paths whose value the layer shows, filters, owns by or searches."""
    read = [path for attribute in layer.attributes for path in attribute.paths]
    computed = [name for attribute in layer.attributes for name in _fields_in(attribute)]
    granted = [a.access.within for a in layer.attributes if a.access and a.access.within]
    via = [one.via for one in layer.depends_on if one.via]
    return frozenset([*read, *computed, *granted, *via, *layer.access.rows.columns])


def _fields_in(attribute: Attribute) -> Iterable[str]:
    flatten = getattr(attribute.source, "flatten", None)
    if flatten is not None:
        yield from (part.name for part in flatten() if isinstance(part, models.F))


def _below(paths: Iterable[str], name: str) -> frozenset[str]:
    return frozenset(rest for rest in (_after(name, path) for path in paths) if rest)


def _after(name: str, path: str) -> str:
    first, _, rest = path.partition("__")
    return rest if first == name else ""


def _needs_value(field: models.Field[Any, Any], is_read: bool) -> bool:
    if field.generated or (field.primary_key and isinstance(field, models.AutoField)):
        return False
    if field.name in ("version", "updated_at", "place_precision") or isinstance(field, models.JSONField):
        return not field.has_default() and not field.null
    return is_read or not (field.has_default() or field.null or (field.blank and field.empty_strings_allowed))


def _discriminating(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, StreamLayer):
        return {"layer": layer.id, "is_current": True, "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}
    return dict(layer.discriminator)


def _shown(layer: Layer) -> dict[str, Any]:
    rule = layer.access.rows
    rules = rule.rules if isinstance(rule, Either) else (rule,)
    return {one.when: True for one in rules if isinstance(one, Public) and one.when}


def _timed(layer: Layer, turn: int) -> dict[str, Any]:
    """A row that holds and is known since a day of its own, from `FIRST_DAY` on."""
    time, day = layer.time, FIRST_DAY + timedelta(days=turn % 1_000)
    if isinstance(time, Valid):
        fields = {time.current: True, time.starts: _moment(layer, time.starts, day), time.ends: None}
        known = {time.known_starts: _moment(layer, time.known_starts, day)} if time.known_starts else {}
        return {**fields, **known}
    return {time.field: _moment(layer, time.field, day)} if isinstance(time, Instant) else {}


def of_the_past(layer: Layer) -> dict[str, Any]:
    """Values by which a row held over `BEFORE` and no longer does."""
    time = layer.time
    assert isinstance(time, Valid)
    starts, ends = (_moment(layer, name, day) for name, day in zip((time.starts, time.ends), BEFORE, strict=True))
    known = {time.known_starts: _moment(layer, time.known_starts, BEFORE[0])} if time.known_starts else {}
    return {time.current: False, time.starts: starts, time.ends: ends, **known}


def _moment(layer: Layer, name: str, day: date) -> date | datetime:
    field = layer.model._meta.get_field(name)
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) if isinstance(field, models.DateTimeField) else day


def _put_json(layer: Layer, row: Any, turn: int) -> None:
    """Give attributes that live in a JSON column their values."""
    for attribute in layer.attributes:
        if type(layer).put is not Layer.put:
            layer.put(row, attribute.name, _json_value(attribute, turn))
            continue
        for column, key in _json_keys(attribute):
            current = getattr(row, column) or {}
            setattr(row, column, {**current, key: _json_value(attribute, turn)})


def _json_keys(attribute: Attribute) -> Iterable[tuple[str, str]]:
    flatten = getattr(attribute.source, "flatten", None)
    for part in flatten() if flatten else ():
        if isinstance(part, KeyTextTransform):
            (column,) = (inner.name for inner in part.flatten() if isinstance(inner, models.F))
            yield column, str(part.key_name)


def _json_value(attribute: Attribute, turn: int) -> Any:
    if attribute.options:
        return attribute.options[turn % len(attribute.options)].value
    number = next(_numbers)
    day = FIRST_DAY + timedelta(days=number % 1_000)
    values = {
        "integer": number,
        "number": number + 0.5,
        "boolean": turn % 2 == 0,
        "date": day.isoformat(),
        "datetime": f"{day.isoformat()}T08:00:00+00:00",
    }
    return values.get(attribute.type or "text", f"{_PLACE_WORDS} {number}")
