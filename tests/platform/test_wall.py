"""Scenes of the walls: what each role gets of them, and what the administration refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

import fixtures
from geo_ioc.accounts.models import Role, User
from geo_ioc.wall.link import read_link
from geo_ioc.wall.models import WallScene, WallTile
from geo_ioc.wall.seed import seed
from layers.core.viewer import ANYONE, Viewer
from tests.accounts.conftest import make_unit
from tests.conftest import As
from tests.toys.factories import make_visit


def make_scene(slug: str = "a", **values: Any) -> WallScene:
    return WallScene.objects.create(slug=slug, title_vi="Cảnh", title_en="Scene", **values)


def add(scene: WallScene, title: str, link: str, kind: str = "map", **values: Any) -> WallTile:
    position = scene.tiles.count()
    return WallTile.objects.create(
        scene=scene, position=position, kind=kind, title_vi=title, title_en=title, link=link, **values
    )


def titles(client: Any) -> list[str]:
    scenes = client.get("/api/wall/scenes").json()["scenes"]
    return [tile["title"]["vi"] for scene in scenes for tile in scene["tiles"]]


@pytest.fixture
def scene(unit: Any, other_unit: Any) -> WallScene:
    """A tile for everybody, and tiles for fewer."""
    made = make_scene()
    here, there = make_visit(commune=unit), make_visit(commune=other_unit)
    add(made, "public", "?layers=toy_plots#map=12/11.3/106.1")
    add(made, "private", "?layers=toy_plots,toy_visits")
    add(made, "other side", "?layers=toy_plots&b.layers=toy_visits")
    add(made, "marked", f"?layers=toy_plots&list=toy_visits/{here.pk}")
    add(made, "attribute", "?layers=toy_visits&filter.toy_visits=phone+%3D+'1'")
    add(made, "by", "?layers=toy_visits", "numbers", by="phone")
    add(made, "here", f"?sel=toy_visits/{here.pk}", "panel")
    add(made, "there", f"?sel=toy_visits/{there.pk}", "stream")
    return made


SEEN = {
    "anyone": ["public"],
    "approver": ["public"],
    "wall": ["public"],
    "watcher": ["public", "private", "other side", "marked", "here"],
    "keeper": ["public", "private", "other side", "marked", "attribute", "by", "here"],
}


@pytest.mark.parametrize("name", SEEN)
def test_each_role_gets_the_tiles_it_may_see(
    scene: WallScene,
    ask: Callable[[Viewer], As],
    unit: Any,
    approver: Viewer,
    watcher: Viewer,
    keeper: Viewer,
    name: str,
) -> None:
    wall = Viewer(device="Màn hình 1", roles=frozenset({"wall"}), units=frozenset({unit.pk}))
    asking = {"anyone": ANYONE, "approver": approver, "wall": wall, "watcher": watcher, "keeper": keeper}

    assert titles(ask(asking[name])) == SEEN[name]


def test_a_scene_of_which_nothing_is_left_is_not_told_of(anyone: As) -> None:
    add(make_scene("secret"), "x", "?layers=toy_visits")
    make_scene("empty")
    add(make_scene("resting", is_shown=False), "y", "?layers=toy_plots")
    add(make_scene("gone"), "z", "?layers=no_such_layer")

    assert anyone.get("/api/wall/scenes").json()["scenes"] == []


def test_a_scene_says_what_to_draw(anyone: As) -> None:
    add(make_scene(seconds=20, columns=2), "x", "?layers=toy_plots", "numbers", by="use", wide=2)

    answer = anyone.get("/api/wall/scenes")

    (scene,) = answer.json()["scenes"]
    (tile,) = scene.pop("tiles")
    assert scene == {"slug": "a", "title": {"vi": "Cảnh", "en": "Scene"}, "seconds": 20, "columns": 2, "rows": 2}
    assert {**tile, "id": 0} == {
        **{"id": 0, "kind": "numbers", "title": {"vi": "x", "en": "x"}, "link": "?layers=toy_plots"},
        **{"by": "use", "wide": 2, "high": 1},
    }
    assert "no-store" in answer["Cache-Control"]


def test_nothing_is_changed_by_way_of_the_scenes(anyone: As) -> None:
    assert anyone.post("/api/wall/scenes").status_code == 405


def test_a_pasted_link_is_read_without_its_host() -> None:
    link = read_link(" https://ioc.example/?layers=a,b&filter.a=x+%3D+1&style.c=d&b.at=now&sel=e/12@now#map=9/11/106 ")

    assert link.text == "?layers=a,b&filter.a=x+%3D+1&style.c=d&b.at=now&sel=e/12@now#map=9/11/106"
    assert link.layers == ("a", "b")
    assert link.filters == {"a": "x = 1"}
    assert link.named == {"a", "b", "c", "e"}
    assert read_link("?sel=e/12").feature == ("e", 12)
    assert read_link("?sel=e/cell/1/2/3").feature is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"link": "?layers=no_such"}, "link"),
        ({"link": "?layers=toy_plots&filter.toy_plots=nonsense+("}, "link"),
        ({"link": "?layers=toy_plots&filter.toy_plots=none+%3D+1"}, "link"),
        ({"link": "?layers=toy_plots", "kind": "panel"}, "link"),
        ({"link": "", "kind": "numbers"}, "link"),
        ({"link": "?layers=toy_plots", "by": "use"}, "by"),
        ({"link": "?layers=toy_plots", "kind": "numbers", "by": "none"}, "by"),
        ({"link": "?layers=toy_plots,toy_visits", "kind": "numbers", "by": "use"}, "by"),
        ({"link": "?layers=toy_plots", "wide": 4}, "wide"),
    ],
)
def test_a_tile_that_no_wall_could_show_is_refused(db: None, values: dict[str, Any], field: str) -> None:
    tile = WallTile(scene=make_scene(), title_vi="x", title_en="x", **values)

    with pytest.raises(ValidationError) as refused:
        tile.clean()

    assert list(refused.value.message_dict) == [field]


@pytest.fixture
def office(client: Client, db: None) -> Client:
    """An administrator in the administration."""
    person = User.objects.create_user("chi", password="x")
    person.roles.set(Role.objects.filter(slug="admin"))
    client.force_login(person)
    return client


def form(*tiles: dict[str, str], **scene: str) -> dict[str, str]:
    """The form of a scene as a browser sends it."""
    sent = {"title_vi": "Đất", "title_en": "Land", "slug": "dat", "seconds": "30", "position": "0", "is_shown": "on"}
    sent |= {"columns": "2", "rows": "1", "tiles-TOTAL_FORMS": str(len(tiles)), "tiles-INITIAL_FORMS": "0", **scene}
    for number, tile in enumerate(tiles):
        whole = {"kind": "map", "position": str(number), "title_vi": "x", "title_en": "x", "wide": "1", "high": "1"}
        sent |= {f"tiles-{number}-{name}": value for name, value in {**whole, **tile}.items()}
    return sent


def test_an_administrator_makes_a_scene_from_pasted_links(office: Client) -> None:
    sent = form({"link": "https://ioc.example/?layers=toy_plots#map=9/11/106"}, {"link": "?layers=toy_visits"})

    saved = office.post("/admin/wall/wallscene/add/", sent)

    assert saved.status_code == 302, saved.content.decode()[-3000:]
    assert [tile.link for tile in WallTile.objects.all()] == ["?layers=toy_plots#map=9/11/106", "?layers=toy_visits"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (form({}, {}, {}), "không vừa"),
        (form(*[{}] * 5, columns="3", rows="2"), "4 bản đồ"),
        (form({"wide": "3"}), "lớn hơn"),
        (form({"link": "?layers=no_such"}), "no_such"),
    ],
)
def test_the_administration_says_why_a_scene_cannot_be(office: Client, sent: dict[str, str], said: str) -> None:
    page = office.post("/admin/wall/wallscene/add/", sent)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not WallScene.objects.exists()


def test_only_an_administrator_makes_scenes(client: Client, db: None) -> None:
    person = User.objects.create_user("lan", password="x")
    person.roles.set(Role.objects.filter(slug="leader"))
    client.force_login(person)

    assert client.post("/admin/wall/wallscene/add/", form({})).status_code in {302, 403}
    assert not WallScene.objects.exists()


@pytest.fixture
def province(db: None) -> fixtures.Province:
    """The demo province, and the one unit of it that its scenes name."""
    drawn = fixtures.province(code="80", seed=7)
    make_unit(drawn.communes[0].code)
    return drawn


def test_the_demo_scenes_hold_and_are_the_persons_afterwards(province: fixtures.Province) -> None:
    said: list[object] = []
    seed(province, said.append)
    for tile in WallTile.objects.all():
        tile.clean()
    WallScene.objects.update(title_vi="Của tôi")

    seed(province, said.append)

    assert said == ["3 wall scenes new", "0 wall scenes new"]
    assert set(WallScene.objects.values_list("title_vi", flat=True)) == {"Của tôi"}
