"""Declarations against the models (`manage.py check`) and against the database (`manage.py check_data`)."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import connection

from layers.core import counting, journal
from layers.core.counting import Counted
from layers.core.declaration import Declaration
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.watch import Topic, Watched, watches_of


def check_layers(**_: Any) -> list[CheckMessage]:
    """Every declaration against its model, with what to write instead."""
    titles: dict[str, Any] = {}
    found: list[CheckMessage] = []
    for layer in registry.declared():
        known = titles.setdefault(layer.group.id, layer.group.title)
        if known != layer.group.title:
            found.append(
                _error(layer, f"group {layer.group.id!r} has two titles", f"the title {known.vi!r} everywhere")
            )
        if isinstance(layer, Layer):
            found += [_error(layer, what, instead) for what, instead in _model_faults(layer)]
    return found


def _model_faults(layer: Layer) -> Iterator[tuple[str, str]]:
    meta = layer.model._meta
    fields = {field.name for field in meta.get_fields()}
    yield from _geometry_faults(layer)
    for name in layer.discriminator:
        if name not in fields:
            yield f"discriminator names {name!r}", f"a field of {meta.label}: {', '.join(sorted(fields))}"
    if layer.key != "pk" and layer.key not in fields:
        yield f"key is {layer.key!r}", f"an integer field of {meta.label}"
    for name in layer.access.rows.columns:
        if name not in fields:
            yield f"access reads the column {name!r}", f"a field of {meta.label}: {', '.join(sorted(fields))}"
    for name in layer.time.columns if layer.time else ():
        if name not in fields:
            yield f"time reads the column {name!r}", f"a field of {meta.label}: {', '.join(sorted(fields))}"
    for attribute in layer.attributes:
        within = attribute.access.within if attribute.access else None
        if within and within not in fields:
            yield f"attribute {attribute.name!r} is granted within {within!r}", f"a foreign key of {meta.label}"
        if (
            attribute.name in fields
            and attribute.paths
            and attribute.paths[0] != attribute.name
            and not attribute.translated
        ):
            yield f"attribute {attribute.name!r} hides the field of that name", "another attribute name, or no source"
        try:
            layer.rows().values_list(attribute.expression("vi"))
        except FieldError as fault:
            yield f"attribute {attribute.name!r} cannot be read ({fault})", "source='…' naming a field path"
    yield from counting.rung_faults(layer)
    if layer.edit and not layer.has_version:
        yield "can be edited but its rows count no versions", f"class {layer.model.__name__}(MapFeature)"
    for name in layer.edit.fields if layer.edit else ():
        if name != "geom" and name not in {a.name for a in layer.attributes}:
            yield f"edit names {name!r}", "an attribute, or 'geom'"


def _geometry_faults(layer: Layer) -> Iterator[tuple[str, str]]:
    try:
        field: Any = layer.model._meta.get_field(layer.geometry)
    except FieldDoesNotExist:
        yield f"geometry names {layer.geometry!r}", f"a geometry field of {layer.model._meta.label}"
        return
    if getattr(field, "srid", None) != 4326:
        yield f"geometry {layer.geometry!r} is not EPSG:4326", "srid=4326"
    if field.null:
        yield f"geometry {layer.geometry!r} may be null", "null=False: a thing without a place is put on its commune"


def _error(layer: Declaration, what: str, instead: str) -> Error:
    return Error(f"layer {layer.id}: {what}", hint=f"Write {instead}.", obj=type(layer), id="core.E001")


def watched(topics: tuple[Topic, ...] = ()) -> list[Watched | Counted]:
    """Everything triggers must watch or count: all layers', the providers' and the given topics."""
    parts: list[Watched | Counted] = [part for layer in registry.all() for part in watches_of(layer)]
    for provider in registry.providers:
        parts += getattr(provider, "watches", list)()
    return [*parts, *rungs(), *topics]


def rungs() -> list[Counted]:
    """The rungs of all layers."""
    return [counting.counted_of(layer) for layer in registry.all() if isinstance(layer, Layer) and layer.rung]


def check_database(topics: tuple[Topic, ...] = ()) -> list[str]:
    """What is wrong between declarations and database: triggers, cells, VN-2000 systems, geometry."""
    faults = []
    carried = journal.installed()
    with connection.cursor() as cursor:
        for table in sorted({part.table for part in watched(topics)}):
            for one in (table, *journal.partitions(cursor, table)):
                if one not in carried:
                    faults.append(f"table {one} carries no journal triggers: run manage.py sync_journal")
        cursor.execute("select count(*) from spatial_ref_sys where srid between 9205 and 9218")
        (systems,) = cursor.fetchone() or (0,)
        if systems != 14:
            faults.append(f"spatial_ref_sys has {systems} of the 14 VN-2000 zones 9205-9218: run manage.py migrate")
    faults += counting.faults(rungs())
    for layer in registry.all():
        if isinstance(layer, Layer):
            broken = layer.rows().filter(**{f"{layer.geometry}__isvalid": False}).count()
            if broken:
                faults.append(f"layer {layer.id}: {broken} rows have an invalid geometry")
    return faults
