"""Adding a layer is adding one folder: a domain in a temporary folder is used through every address."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.elsewhere import run_with, write_domain

MODELS = """
    from django.contrib.gis.db import models
    from layers.core.models import MapFeature

    class Bakery(MapFeature):
        name = models.CharField(max_length=80)
        ovens = models.IntegerField()
        geom = models.PointField(srid=4326)

        class Meta(MapFeature.Meta):
            pass
"""
LAYER = '''
    from layers.core import Access, Attribute, Circle, Group, Layer, Public, Range, Search, Style, Text, Zoom, register
    from layers.bakeries.models import Bakery

    @register
    class BakeryLayer(Layer):
        """Bakeries."""

        id = "bakeries"
        title = Text(vi="Lò bánh mì", en="Bakeries")
        group = Group("bread", Text(vi="Bánh mì", en="Bread"))
        model = Bakery
        zoom = Zoom(0, 16, coarse=6)
        attributes = [Attribute("name", Text(vi="Tên", en="Name")), Attribute("ovens", Text(vi="Số lò", en="Ovens"))]
        styles = [Style("plain", Text(vi="Một màu", en="Plain"), [Circle(color="#C4580B", label="name")])]
        filters = [Range("ovens")]
        search = Search("name")
        access = Access(view=Public(), rows=Public())
'''
USE = """
    import json, os
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from django.contrib.gis.geos import Point
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", "bakeries", verbosity=0)
    call_command("check_data")
    from layers.bakeries.models import Bakery
    from tests.tile_server.harness import run
    from tile_server.grid import tile_at

    ask = Client().get
    place = (106.1, 11.3)
    async def tiles(server):
        path = f"/tiles/bakeries/{tile_at(*place, 12)}.mvt"
        before = await server.get(path)
        Bakery.objects.create(name="Lò Bánh Đồng Khởi", ovens=3, geom=Point(*place, srid=4326))
        return before.status, (await server.get(path)).features("bakeries")

    empty, features = run(tiles)
    Bakery.objects.create(name="Hai Lúa", ovens=1, geom=Point(107.1, 12.3, srid=4326))
    key = features[0]["id"]
    base = "/api/layers/bakeries"
    said = {
        "empty": empty,
        "tile": features[0]["properties"],
        "catalog": [one for one in ask("/api/layers").json()["layers"] if one["id"] == "bakeries"][0],
        "features": ask(base + "/features", {"filter": "ovens > 2"}).json(),
        "csv": b"".join(ask(base + "/features", {"format": "csv"}).streaming_content).decode(),
        "counts": ask(base + "/counts", {"by": "ovens"}).json(),
        "panel": ask(f"{base}/features/{key}/panel").json(),
        "search": ask("/api/search", {"q": "lo banh dong khoi"}).json()["hits"],
        "tilejson": ask("/tiles/bakeries.json").json(),
        "style": sorted({one["source"] for one in ask("/style.json").json()["layers"] if "source" in one}),
    }
    print("said:" + json.dumps(said))
"""
MIGRATE = """
    from django.core.management import call_command
    call_command("makemigrations", "bakeries", verbosity=0)
    call_command("migrate", "bakeries", verbosity=0)
    call_command("sync_journal", verbosity=0)
"""
AWAY = """
    from django.core.management import call_command
    call_command("migrate", "bakeries", "zero", verbosity=0)
"""


@pytest.fixture
def folder(transactional_db: None, tmp_path: Path) -> Iterator[Path]:
    """The folder of a domain whose table was made by its own migration."""
    write_domain(tmp_path, "bakeries", models=MODELS, layer=LAYER)
    made = run_with(tmp_path, MIGRATE)
    assert made.returncode == 0, made.stderr
    yield tmp_path
    gone = run_with(tmp_path, AWAY)
    assert gone.returncode == 0, gone.stderr


def test_a_folder_is_a_layer_on_every_road(folder: Path) -> None:
    used = run_with(folder, USE)

    assert used.returncode == 0, used.stderr
    said: dict[str, Any] = json.loads(used.stdout.split("said:")[1])
    bakery = {"name": "Lò Bánh Đồng Khởi", "ovens": 3}
    assert said["empty"] == 204
    assert said["tile"] == bakery
    assert said["catalog"]["title"] == {"vi": "Lò bánh mì", "en": "Bakeries"}
    assert said["catalog"]["legend"]["plain"][0]["color"] == "#C4580B"
    assert [f["properties"]["name"] for f in said["features"]["features"]] == [bakery["name"]]
    assert "Hai Lúa" in said["csv"]
    assert sorted(group["value"] for group in said["counts"]["groups"]) == [1, 3]
    assert said["panel"]["title"] == bakery["name"]
    assert (said["search"][0]["layer"], said["search"][0]["title"]) == ("bakeries", bakery["name"])
    assert said["tilejson"]["vector_layers"][0]["id"] == "bakeries"
    assert "bakeries" in said["style"]
