"""The kernel is proven by four toys, refuses what cannot hold by saying what to write instead, and stays small."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.db import models
from django.test.utils import isolate_apps

from geo_ioc.env import ROOT
from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    Edit,
    Grant,
    Group,
    Instant,
    Layer,
    Public,
    Roles,
    Search,
    Steps,
    Style,
    Text,
    Unit,
    Zoom,
    registry,
    role,
)
from layers.core.checks import check_layers
from layers.core.declaration import Declaration
from layers.core.errors import DeclarationError
from layers.core.registry import Registry
from tests.architecture.elsewhere import run_with, write_domain
from tests.toys.models import ToyUnit, ToyVisit
from tests.toys.temporary import temporarily

NAMED = Attribute("name", Text(vi="Tên", en="Name"))
DOT = [Circle(color="#0B5FA5")]
PLAIN = Style("plain", Text(vi="Một màu", en="Plain"), DOT)
SOUND: dict[str, Any] = {
    "id": "tried_layer",
    "title": Text(vi="Lớp", en="Layer"),
    "group": Group("tried", Text(vi="Thử", en="Tried")),
    "model": ToyVisit,
    "zoom": Zoom(0, 16),
    "attributes": [NAMED],
    "styles": [PLAIN],
    "access": Access(view=Public(), rows=Public()),
}
KEEPER = role("keeper")


def declared(**changes: Any) -> type[Layer]:
    """A layer class that is sound but for the changes; None leaves an attribute out."""
    body = {name: value for name, value in {**SOUND, **changes}.items() if value is not None}
    return type("TriedLayer", (Layer,), {"__module__": __name__, **body})


def test_four_toys_stand_for_what_a_kernel_must_bear() -> None:
    assert {"toy_plots", "toy_visits", "toy_moving"} <= set(registry._layers)
    assert "@toys" in {provider.topic for provider in registry.providers}


def test_the_kernel_stays_small(record_property: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted((ROOT / "layers" / "core").glob("*.py"))
    lines = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in files}

    with capsys.disabled():
        longest = max(lines, key=lines.__getitem__)
        sys.stdout.write(f"\nkernel: {sum(lines.values())} lines in {len(lines)} files; longest: {longest}\n")
    record_property("kernel_lines", sum(lines.values()))

    assert sum(lines.values()) < 6_000
    assert max(lines.values()) <= 600


def test_a_sound_declaration_is_taken() -> None:
    assert declared()().attribute("name").type == "text"


LIVE = Attribute("score", Text(vi="Điểm", en="Score"), live=True)
PHONE = Attribute("phone", Text(vi="Điện thoại", en="Phone"), access=Grant(KEEPER))
MISGRANTED = Attribute("name", Text(vi="Tên", en="Name"), access=KEEPER)  # type: ignore[arg-type]


def labelled(name: str) -> Style:
    """A style that writes an attribute beside each dot."""
    return Style("labelled", Text(vi="Có chữ", en="Labelled"), [Circle(color="#0B5FA5", label=name)])


AT_ONCE: list[tuple[str, dict[str, Any], str, str]] = [
    ("no id", {"id": None}, "id is None", "id = str("),
    ("an id that is no slug", {"id": "Tried-Layer"}, "is no slug", "tourist_sites"),
    ("a reserved id", {"id": "packs"}, "is reserved", "another slug"),
    ("the id of a dataset", {"id": "d-7"}, "is reserved", "another slug"),
    ("no title", {"title": "Lớp"}, "title is 'Lớp'", "title = Text("),
    ("no group", {"group": "tried"}, "group is 'tried'", "group = Group("),
    ("no access", {"access": None}, "access is None", "access = Access("),
    ("no zoom", {"zoom": None}, "zoom is None", "zoom = Zoom("),
    ("no style", {"styles": []}, "has no style", "styles = [Style("),
    ("two styles of a name", {"styles": [PLAIN, PLAIN]}, "declares style 'plain' twice", "one style of each name"),
    ("two attributes of a name", {"attributes": [NAMED, NAMED]}, "attribute 'name' twice", "one attribute of each"),
    (
        "an attribute's odd name",
        {"attributes": [Attribute("x__y", NAMED.title)]},
        "'x__y' is no name",
        "joined by one _",
    ),
    (
        "a grant that is none",
        {"attributes": [Attribute("name", NAMED.title, access=KEEPER)]},
        "access",
        "access=Grant(",
    ),  # type: ignore[arg-type]
    (
        "a style of nothing",
        {"styles": [Style("s", NAMED.title, [Circle(color="#000000", label="nam")])]},
        "reads 'nam'",
        "name",
    ),
    (
        "a style of the hidden",
        {"attributes": [NAMED, PHONE], "styles": [labelled("phone")]},
        "reads 'phone'",
        "attributes without access=",
    ),
    ("a filter of nothing", {"filters": [Choice("kin")]}, "names no attribute", "one of the attributes: name"),
    ("a search of nothing", {"search": Search("nam")}, "search names 'nam'", "one of the attributes: name"),
    (
        "a search of the hidden",
        {"attributes": [NAMED, PHONE], "search": Search("phone")},
        "narrower than the layer",
        "Search(restricted=",
    ),
    ("live attributes of a still layer", {"attributes": [LIVE]}, "has live attributes", "live = True"),
    (
        "a live value that is no column",
        {"attributes": [Attribute("unit", NAMED.title, source="commune__name", live=True)], "live": True},
        "is no stored column",
        "a column of the layer's own table",
    ),
]


@pytest.mark.parametrize(("changes", "fault", "instead"), [c[1:] for c in AT_ONCE], ids=[c[0] for c in AT_ONCE])
def test_a_wrong_declaration_is_refused_with_what_to_write(changes: dict[str, Any], fault: str, instead: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        declared(**changes)

    message = str(refused.value)
    assert f"{__name__}.TriedLayer" in message
    assert fault in message
    assert instead in message


with isolate_apps("tests.toys"):

    class Flat(models.Model):
        """Not in 4326, and its place may be unknown."""

        name = models.CharField(max_length=10)
        geom = models.PointField(srid=3857, null=True)

        class Meta:
            app_label = "toys"
            managed = False


DAY = timedelta(days=1)
BY_MODEL: list[tuple[str, dict[str, Any], str, str]] = [
    ("no such geometry", {"geometry": "shape"}, "geometry names 'shape'", "a geometry field of toys.ToyVisit"),
    ("another coordinate system", {"model": Flat}, "is not EPSG:4326", "srid=4326"),
    ("a place that may be missing", {"model": Flat}, "may be null", "null=False"),
    ("no such discriminator", {"discriminator": {"sort": 1}}, "discriminator names 'sort'", "kind"),
    ("no such key", {"key": "number"}, "key is 'number'", "an integer field"),
    ("no such owner", {"access": Access(view=Public(), rows=Unit("unit"))}, "reads the column 'unit'", "commune"),
    (
        "no such time",
        {"time": Instant("when", timedelta(hours=1), timedelta(days=1))},
        "time reads the column 'when'",
        "at",
    ),
    (
        "no such area of a grant",
        {"attributes": [NAMED, Attribute("phone", NAMED.title, access=Grant(KEEPER, within="ward"))]},
        "granted within 'ward'",
        "a foreign key of",
    ),
    (
        "an attribute that hides a field",
        {"attributes": [Attribute("kind", NAMED.title, source="name")]},
        "hides the field",
        "another attribute name",
    ),
    ("an attribute of nothing", {"attributes": [Attribute("owner", NAMED.title)]}, "cannot be read", "source="),
    ("an edit of rows without versions", {"model": Flat, "edit": Edit(("name",), KEEPER)}, "no versions", "MapFeature"),
    ("an edit of nothing", {"edit": Edit(fields=("nam",), by=KEEPER)}, "edit names 'nam'", "an attribute, or 'geom'"),
]


@pytest.mark.parametrize(("changes", "fault", "instead"), [c[1:] for c in BY_MODEL], ids=[c[0] for c in BY_MODEL])
def test_what_does_not_fit_its_model_is_named_by_the_checks(changes: dict[str, Any], fault: str, instead: str) -> None:
    with tried(declared(**changes)):
        found = [one for one in check_layers() if "tried_layer" in one.msg]

    assert any(fault in one.msg and instead in (one.hint or "") for one in found), [(f.msg, f.hint) for f in found]


@contextmanager
def tried(cls: type[Declaration]) -> Iterator[None]:
    """The layer among the registered ones; layers that cannot even be made are put there as they are."""
    with temporarily(cls):
        yield


def test_two_titles_of_one_group_are_named() -> None:
    other = declared(id="other_layer", group=Group("tried", Text(vi="Khác", en="Other")))

    with temporarily(declared(), other):
        found = [one.msg for one in check_layers()]

    assert any("group 'tried' has two titles" in message for message in found)


@pytest.mark.parametrize(
    ("make", "instead"),
    [
        (lambda: Text(vi="Tên", en=" "), "Text(vi='…', en='…')"),
        (lambda: Zoom(5, 3), "first <= last"),
        (lambda: Zoom(0, 25), "last <= 22"),
        (lambda: Zoom(5, 9, coarse=12), "between first=5 and last=9"),
        (lambda: Roles(), "write Public()"),
        (lambda: Search(), 'Search("name")'),
        (lambda: Steps([]), "Steps([Band("),
    ],
)
def test_a_part_that_cannot_be_says_what_to_write(make: Any, instead: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as refused:
        make()

    assert instead in str(refused.value)


def test_an_id_is_taken_once() -> None:
    mine = Registry()
    mine.register(declared())

    with pytest.raises(DeclarationError, match=r"two layers have the id 'tried_layer': .* rename one"):
        mine.register(declared())


def test_what_is_no_layer_is_not_registered() -> None:
    with pytest.raises(DeclarationError, match=r"is no layer; write class ToyUnit\(Layer\)"):
        Registry().register(ToyUnit)  # type: ignore[arg-type]


def test_nothing_is_registered_after_the_start() -> None:
    with pytest.raises(DeclarationError, match=r"declare it in its domain's layer\.py"):
        registry.register(declared())


def test_a_layer_of_a_test_is_gone_after_it() -> None:
    with temporarily(declared()):
        assert registry.get("tried_layer").title.vi == "Lớp"

    assert "tried_layer" not in registry._layers


BROKEN = {
    "a fault of any kind": ("1 / 0", "layers.broken.layer does not import: ZeroDivisionError"),
    "a missing module": ("import layers.nowhere", "layers.broken.layer does not import: ModuleNotFoundError"),
    "a wrong declaration": (
        """
        from layers.core import Layer, register

        @register
        class BrokenLayer(Layer):
            id = "broken"
        """,
        "layers.broken.layer.BrokenLayer: title is None",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_layer_module_stops_the_start_and_is_named(tmp_path: Path, text: str, said: str) -> None:
    started = run_with(write_domain(tmp_path, "broken", layer=text), "print('started')")

    assert started.returncode != 0
    assert "started" not in started.stdout
    assert said in started.stderr
