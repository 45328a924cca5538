"""The style document: valid by MapLibre's own rules, made of visible layers only, in both themes and languages."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers.core import Access, Attribute, Circle, ComputedLayer, Public, Style, Text, Zoom
from layers.core.registry import registry
from layers.core.scale import ink_over
from layers.core.viewer import ANYONE, Viewer
from tests.toys import factories
from tests.toys.models import PlotUse
from tests.toys.provider import TOYS
from tests.toys.temporary import temporarily
from tile_server.condition import expression_of
from tile_server.style import style_document

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = ROOT / "frontend/node_modules/@maplibre/maplibre-gl-style-spec/dist/index.mjs"
NODE = ROOT / ".venv/bin/node"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("roles", [(), ("toy_keeper",)])
@pytest.mark.skipif(not VALIDATOR.is_file(), reason="front-end packages are not installed")
def test_the_style_is_valid_by_maplibres_own_rules(theme: str, roles: tuple[str, ...], tmp_path: Path) -> None:
    viewer = Viewer(user="x", user_id=1, roles=frozenset(roles)) if roles else ANYONE
    document = style_document(registry.visible_to(viewer), viewer, "http://127.0.0.1:8000", theme)
    file = tmp_path / "style.json"
    file.write_text(json.dumps(document))
    script = (
        f"import {{validateStyleMin}} from '{VALIDATOR}'; import {{readFileSync}} from 'fs';"
        f"console.log(JSON.stringify(validateStyleMin(JSON.parse(readFileSync('{file}')))))"
    )

    found = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ,
    )

    assert json.loads(found.stdout) == []


def test_only_visible_layers_are_in_the_style(anyone: Any, ask: Callable[[Viewer], Any], keeper: Viewer) -> None:
    public, kept = (one.get("/style.json").json() for one in (anyone, ask(keeper)))

    assert "toy_visits" not in public["sources"]
    assert not any(layer.get("source") == "toy_visits" for layer in public["layers"])
    assert "s=" in kept["sources"]["toy_visits"]["tiles"][0]


def test_a_hidden_layer_has_no_tilejson(anyone: Any) -> None:
    found = anyone.get("/tiles/toy_visits.json")

    assert found.status_code == 404
    assert found.json()["error"] == "unknown_layer"


def test_tilejson_names_bounds_zooms_and_fields(anyone: Any) -> None:
    factories.make_plot(lonlat=(106.1, 11.3), size=0.01)

    found = anyone.get("/tiles/toy_plots.json").json()

    assert found["tilejson"] == "3.0.0"
    assert found["bounds"] == pytest.approx([106.1, 11.3, 106.11, 11.31])
    assert (found["minzoom"], found["maxzoom"]) == (4, 18)
    assert set(found["vector_layers"][0]["fields"]) == {
        "number",
        "name",
        "use",
        "area_m2",
        "commune_name",
        "valid_from",
    }


def test_live_attributes_are_styled_by_state_first(keeper: Viewer) -> None:
    document = style_document([registry.get("toy_visits")], keeper, "")

    assert '["coalesce", ["feature-state", "score"], ["get", "score"]]' in json.dumps(document)


def test_areas_by_category_have_a_pattern_beside_their_colour_that_a_viewer_may_show(anyone: Any) -> None:
    layer = registry.get("toy_plots")
    legend = [entry.json()["pattern"] for entry in layer.legend(layer.styles[0])]

    for theme, inks in (("light", {"#000000"}), ("dark", {"#FFFFFF"})):
        layers = style_document([layer], ANYONE, "", theme)["layers"]
        hatched = [one for one in layers if one.get("metadata", {}).get("pattern")]
        match = hatched[0]["paint"]["fill-pattern"]
        images = dict(zip(match[2:-1:2], match[3:-1:2], strict=True))

        assert [one["id"] for one in hatched] == ["toy_plots/use/0-fill-pattern", "toy_plots/use/cell-fill-pattern"]
        assert [one["layout"]["visibility"] for one in hatched] == ["none", "none"]
        assert list(images) == [use.value for use in PlotUse]
        assert [one.split(":", 2)[2] for one in images.values()] == legend
        assert len(set(legend)) == len(legend)
        assert {one.split(":")[1] for one in images.values()} <= inks


def test_ink_reads_on_what_it_is_laid_over() -> None:
    assert ink_over("#FFFC8C") == ink_over("#FFFFFF") == "#000000"
    assert ink_over("#0B5FA5") == ink_over("#000000") == "#FFFFFF"
    assert ink_over("#FFFFFF", 0.2, "#161D24") == "#FFFFFF"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("use = 'rice'", ["==", ["get", "use"], "rice"]),
        ("area_m2 > 5 AND use <> 'x'", ["all", [">", ["get", "area_m2"], 5.0], ["!=", ["get", "use"], "x"]]),
        ("use IN ('a','b')", ["in", ["get", "use"], ["literal", ["a", "b"]]]),
        ("name IS NULL", ["!", ["has", "name"]]),
    ],
)
def test_a_condition_becomes_a_maplibre_expression(text: str, expression: Any) -> None:
    assert expression_of(text) == expression


def test_unknown_parameters_and_themes_are_refused(anyone: Any) -> None:
    for query in ({"theme": "pink"}, {"colour": "red"}, {"lang": "fr"}):
        found = anyone.get("/style.json", query)

        assert found.status_code == 400
        assert set(found.json()["message"]) == {"vi", "en"}


class Winds(ComputedLayer):
    """Arrows turned by an attribute; one that is doubtful is hatched."""

    id = "toy_winds"
    title = Text(vi="Gió thử", en="Toy winds")
    group = TOYS
    zoom = Zoom(0, 14)
    attributes = (
        Attribute("toward", Text(vi="Hướng", en="Toward"), type="number"),
        Attribute("doubtful", Text(vi="Nghi ngờ", en="Doubtful"), type="boolean"),
    )
    styles = (
        Style(
            "arrows",
            Text(vi="Mũi tên", en="Arrows"),
            [
                Circle(color="#0B5FA5", shape="arrow", rotate="toward"),
                Circle(
                    color="#17212B",
                    shape="hatch",
                    when="doubtful = true",
                    title=Text(vi="Nghi ngờ", en="Doubtful"),
                ),
            ],
        ),
    )
    access = Access(view=Public(), rows=Public())


def test_a_shape_is_turned_by_an_attribute_and_hatched_where_it_is_doubtful() -> None:
    with temporarily(Winds) as (made,):
        arrow, hatch = style_document([made], ANYONE, "http://127.0.0.1:8000")["layers"][1:]

    assert arrow["layout"]["icon-image"] == "shape:arrow"
    assert arrow["layout"]["icon-rotate"] == ["coalesce", ["get", "toward"], 0]
    assert arrow["layout"]["icon-rotation-alignment"] == "map"
    assert hatch["layout"]["icon-image"] == "shape:hatch"
    assert list(hatch["paint"]) == ["icon-color"], "its strokes leave the badge's colour between them"
    assert "icon-rotate" not in hatch["layout"]
    assert hatch["filter"] == expression_of("doubtful = true")
    assert [(entry.shape, entry.title.en) for entry in made.legend(made.styles[0])] == [
        ("arrow", "Toy winds"),
        ("hatch", "Doubtful"),
    ]
