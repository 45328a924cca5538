"""The eight entities of SensorThings over the tables of the stations.

A station is a Thing, and the same row its Location, its HistoricalLocation and the FeatureOfInterest of what is
measured there. A datastream has one sensor, so that the two share a row and an id. A quantity is an ObservedProperty,
whose id is its name. A reading is an Observation; its id is made of datastream and time: `12_20261127T080000Z`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import BooleanField, Case, CharField, DateTimeField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat, NullIf

from layers.core.text import Text
from layers.sensors.models import MEASURING, Flag, Source, StationKind
from layers.sensors.quantity import QUANTITIES
from layers.sensors.things.entity import Entity, Key, Leaf, Make, Navigation, Property

VERSION: Final = "v1.1"
GEOJSON: Final = "application/geo+json"
MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
UCUM: Final = {
    "µg/m³": "ug/m3",
    "mg/L": "mg/L",
    "g/L": "g/L",
    "%": "%",
    "°C": "Cel",
    "hPa": "hPa",
    "m/s": "m/s",
    "°": "deg",
    "mm": "mm",
    "m³/h": "m3/h",
    "µS/cm": "uS/cm",
    "m": "m",
}
"""Units as the Unified Code for Units of Measure writes them."""

_READING_ID = re.compile(r"(\d{1,18})_(\d{8}T\d{6}(?:\.\d{1,6})?)Z")


def read_reading_id(text: str) -> tuple[int, datetime] | None:
    """`12_20261127T080000Z` -> datastream and time."""
    found = _READING_ID.fullmatch(text)
    if found is None:
        return None
    form = "%Y%m%dT%H%M%S.%f" if "." in found[2] else "%Y%m%dT%H%M%S"
    try:
        return int(found[1]), datetime.strptime(found[2], form).replace(tzinfo=UTC)
    except ValueError:
        return None


def write_reading_id(values: Sequence[Any]) -> str:
    """Datastream and time -> `12_20261127T080000Z`."""
    datastream, at = values
    return f"{datastream}_{_stamp(at)}"


@lru_cache(maxsize=4_096)  # stations measure at the same times
def _stamp(at: datetime) -> str:
    at = at.astimezone(UTC)
    parts = f".{at.microsecond:06}" if at.microsecond else ""
    return f"{at:%Y%m%dT%H%M%S}{parts}Z"


def _number(text: str) -> tuple[int] | None:
    return (int(text),) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _quantity(text: str) -> tuple[str] | None:
    return (text,) if text in QUANTITIES else None


ROW_KEY: Final = Key(fields=("pk",), read=_number, write=lambda values: int(values[0]))
QUANTITY_KEY: Final = Key(fields=("quantity",), read=_quantity, write=lambda values: str(values[0]))
READING_KEY: Final = Key(fields=("datastream_id", "at"), read=read_reading_id, write=write_reading_id)


@lru_cache(maxsize=8)
def entities(language: str) -> Mapping[str, Entity]:
    """Every entity by the name of its set, with names of kinds and quantities in this language."""
    return {one.name: one for one in _Model(language).all()}


SETS: Final = (
    "Things",
    "Locations",
    "HistoricalLocations",
    "Datastreams",
    "Sensors",
    "ObservedProperties",
    "Observations",
    "FeaturesOfInterest",
)


class _Model:
    """The entities in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def all(self) -> tuple[Entity, ...]:
        return (
            self._thing(),
            self._location(),
            _HISTORICAL_LOCATION,
            self._datastream(),
            self._sensor(),
            self._observed_property(),
            _OBSERVATION,
            self._feature_of_interest(),
        )

    def _say(self, text: Text) -> str:
        return text.to(self._language)

    def _kind(self) -> Leaf:
        titles = {one.value: self._say(one.title) for one in StationKind}
        return _named("kind", titles)

    def _title(self) -> Leaf:
        return _named("quantity", {one.name: self._say(one.title) for one in QUANTITIES.values()})

    def _thing(self) -> Entity:
        return Entity(
            name="Things",
            rows="station",
            key=ROW_KEY,
            properties=(
                Property("name", _text("name")),
                Property("description", self._kind()),
                Property(
                    "properties",
                    {
                        "code": _text("code"),
                        "kind": _text("kind"),
                        "commune": _text("commune__full_name"),
                        "address": _text("address"),
                        "operator": _text("operator"),
                        "vn_aqi": _number_of("aqi"),
                        "stale": Leaf(kind="boolean", of=_field("stale")),
                        "demo": Leaf(kind="boolean", of=_holds(lambda p: Q(**{f"{p}source": Source.DEMO.value}))),
                        "page": Leaf(kind="link", of=_page("pk")),
                    },
                ),
            ),
            navigations=(
                _same("Locations", "Locations", many=True),
                _same("HistoricalLocations", "HistoricalLocations", many=True),
                _DATASTREAMS_OF_STATION,
            ),
        )

    def _location(self) -> Entity:
        return Entity(
            name="Locations",
            rows="station",
            key=ROW_KEY,
            properties=(*_place("location"),),
            navigations=(
                _same("Things", "Things", many=True),
                _same("HistoricalLocations", "HistoricalLocations", many=True),
            ),
        )

    def _feature_of_interest(self) -> Entity:
        observations = Navigation(
            name="Observations",
            target="Observations",
            many=True,
            here="pk",
            there="datastream__station_id",
            back="datastream__station__",
        )
        return Entity(
            name="FeaturesOfInterest",
            rows="station",
            key=ROW_KEY,
            properties=(*_place("feature"),),
            navigations=(observations,),
        )

    def _datastream(self) -> Entity:
        title = self._title()
        return Entity(
            name="Datastreams",
            rows="datastream",
            key=ROW_KEY,
            properties=(
                Property(
                    "name",
                    Leaf(kind="text", of=lambda p: _joined(title.of(p), Value(" – "), F(f"{p}station__name"))),
                ),
                Property("description", title),
                Property("observationType", _constant(MEASUREMENT)),
                Property(
                    "unitOfMeasurement",
                    {
                        "name": _of_quantity(lambda unit: unit or None),
                        "symbol": _of_quantity(lambda unit: unit or None),
                        "definition": _of_quantity(lambda unit: f"ucum:{UCUM[unit]}" if unit in UCUM else None),
                    },
                ),
                Property("observedArea", _geometry("station__geom")),
                Property("phenomenonTime", Leaf(kind="interval", of=_edge("pk", "asc"), ends=_edge("pk", "desc"))),
                Property("resultTime", Leaf(kind="interval", of=_edge("pk", "asc"), ends=_edge("pk", "desc"))),
                Property(
                    "properties",
                    {
                        "quantity": _text("quantity"),
                        "interval_s": _number_of("interval_s"),
                        "active": Leaf(kind="boolean", of=_field("is_active")),
                    },
                ),
            ),
            navigations=(
                _one("Thing", "Things", "station_id", "station__"),
                _one("Sensor", "Sensors", "pk", ""),
                _one("ObservedProperty", "ObservedProperties", "quantity", "", there="quantity"),
                Navigation(
                    name="Observations",
                    target="Observations",
                    many=True,
                    here="pk",
                    there="datastream_id",
                    back="datastream__",
                ),
            ),
        )

    def _sensor(self) -> Entity:
        unnamed = self._say(Text(vi="Thiết bị chưa khai báo", en="Device not stated"))

        def name(prefix: str) -> Any:
            stated = NullIf(F(f"{prefix}sensor"), Value(""))
            return Case(When(**{f"{prefix}sensor": ""}, then=Value(unnamed)), default=stated, output_field=CharField())

        return Entity(
            name="Sensors",
            rows="datastream",
            key=ROW_KEY,
            properties=(
                Property("name", Leaf(kind="text", of=name)),
                Property("description", self._title()),
                Property("encodingType", _constant("text/html")),
                Property("metadata", Leaf(kind="link", of=_page("station_id"))),
                Property("properties", {"quantity": _text("quantity"), "stated": Leaf(kind="boolean", of=_STATED)}),
            ),
            navigations=(_same("Datastreams", "Datastreams", many=True),),
        )

    def _observed_property(self) -> Entity:
        title = self._title()
        return Entity(
            name="ObservedProperties",
            rows="quantity",
            key=QUANTITY_KEY,
            properties=(
                Property("name", title),
                Property(
                    "definition",
                    Leaf(
                        kind="link",
                        of=lambda p: _joined(
                            Value(f"/sensorthings/{VERSION}/ObservedProperties('"), F(f"{p}quantity"), Value("')")
                        ),
                    ),
                ),
                Property("description", _of_quantity_titles(self._language)),
                Property(
                    "properties",
                    {"code": _text("quantity"), "unit": _of_quantity(lambda unit: unit or None)},
                ),
            ),
            navigations=(
                Navigation(name="Datastreams", target="Datastreams", many=True, here="quantity", there="quantity"),
            ),
        )


# ----------------------------------------------------------------------------------------------------------- leaves


def _field(path: str) -> Make:
    return lambda prefix: F(f"{prefix}{path}")


def _text(path: str) -> Leaf:
    return Leaf(kind="text", of=_field(path))


def _number_of(path: str) -> Leaf:
    return Leaf(kind="number", of=_field(path))


def _constant(text: str) -> Leaf:
    return Leaf(kind="text", of=lambda _prefix: Value(text, output_field=TextField()), constant=text)


def _joined(*parts: Any) -> Any:
    return Concat(*parts, output_field=TextField())


def _page(path: str) -> Make:
    """The station on the map."""
    return lambda prefix: _joined(Value("/?sel=stations/"), Cast(F(f"{prefix}{path}"), TextField()))


def _named(path: str, titles: Mapping[Any, str | None]) -> Leaf:
    """A code read as its title: in the database where it is asked by, else here."""

    def of(prefix: str) -> Any:
        cases = [When(**{f"{prefix}{path}": code}, then=Value(title)) for code, title in titles.items()]
        return Case(*cases, default=Value(None), output_field=TextField())

    return Leaf(kind="text", of=of, column=_field(path), titles=titles)


def _of_quantity(say: Any) -> Leaf:
    """Text made of the unit of the quantity."""
    return _named("quantity", {one.name: say(one.unit) for one in QUANTITIES.values()})


def _of_quantity_titles(language: str) -> Leaf:
    """A quantity's title with its unit."""
    return _named(
        "quantity",
        {
            one.name: f"{one.title.to(language)} ({one.unit})" if one.unit else one.title.to(language)
            for one in QUANTITIES.values()
        },
    )


def _geometry(path: str) -> Leaf:
    return Leaf(
        kind="geometry",
        of=_field(path),
        column=lambda prefix: Func(F(f"{prefix}{path}"), Value(7), function="ST_AsGeoJSON", output_field=TextField()),
    )


def _holds(condition: Any) -> Make:
    return lambda prefix: Case(
        When(condition(prefix), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


_STATED = _holds(lambda p: ~Q(**{f"{p}sensor": ""}))


def _edge(path: str, direction: str) -> Make:
    """Time of the first or the last kept reading of the datastream whose id is in the field."""
    template = f"(select at from sensors_reading where datastream_id = %(expressions)s order by at {direction} limit 1)"
    return lambda prefix: Func(F(f"{prefix}{path}"), template=template, output_field=DateTimeField())


def _place(shape: str) -> tuple[Property, ...]:
    """What a Location and a FeatureOfInterest say of where a station stands."""
    return (
        Property("name", _text("name")),
        Property(
            "description",
            Leaf(
                kind="text",
                of=lambda p: Case(
                    When(**{f"{p}address": ""}, then=F(f"{p}commune__full_name")),
                    default=_joined(F(f"{p}address"), Value(", "), F(f"{p}commune__full_name")),
                    output_field=TextField(),
                ),
            ),
        ),
        Property("encodingType", _constant(GEOJSON)),
        Property(shape, _geometry("geom")),
        Property("properties", {"place_precision": _text("place_precision"), "commune": _text("commune__full_name")}),
    )


# ------------------------------------------------------------------------------------------------------ navigations


def _same(name: str, target: str, *, many: bool) -> Navigation:
    """To an entity that the same row stands for."""
    return Navigation(name=name, target=target, many=many, here="pk", there="pk", ahead="")


def _one(name: str, target: str, here: str, ahead: str, *, there: str = "pk") -> Navigation:
    return Navigation(name=name, target=target, many=False, here=here, there=there, ahead=ahead)


_DATASTREAMS_OF_STATION: Final = Navigation(
    name="Datastreams", target="Datastreams", many=True, here="pk", there="station_id", back="station__"
)

_SINCE = (
    "(select min(first.at) from sensors_datastream one cross join lateral (select at from sensors_reading "
    "where datastream_id = one.id order by at limit 1) first where one.station_id = %(expressions)s)"
)

_HISTORICAL_LOCATION: Final = Entity(
    name="HistoricalLocations",
    rows="measuring station",
    key=ROW_KEY,
    properties=(
        Property(
            "time",
            Leaf(kind="time", of=lambda p: Func(F(f"{p}pk"), template=_SINCE, output_field=DateTimeField())),
        ),
    ),
    navigations=(_same("Thing", "Things", many=False), _same("Locations", "Locations", many=True)),
)
"""Stations do not move: one for each, since its first kept reading."""

_USABLE = _holds(
    lambda p: (
        Q(**{f"{p}status": MEASURING})
        & (Q(**{f"{p}flag__in": (Flag.PASS, Flag.NOT_EVALUATED)}) | Q(**{f"{p}released": True}))
    )
)

_AT: Final = Leaf(kind="time", of=_field("at"), required=True)

_OBSERVATION: Final = Entity(
    name="Observations",
    rows="reading",
    key=READING_KEY,
    properties=(
        Property("phenomenonTime", _AT),
        Property("resultTime", _AT),
        Property("result", _number_of("value")),
        Property(
            "resultQuality",
            {
                "flag": _number_of("flag"),
                "name": _named("flag", {one.value: one.name for one in Flag}),
                "status": _text("status"),
                "released": Leaf(kind="boolean", of=_field("released")),
                "usable": Leaf(kind="boolean", of=_USABLE),
            },
        ),
    ),
    navigations=(
        _one("Datastream", "Datastreams", "datastream_id", "datastream__"),
        _one("FeatureOfInterest", "FeaturesOfInterest", "datastream__station_id", "datastream__station__"),
    ),
)
