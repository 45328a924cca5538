"""Plug-in base maps: what may be typed, what is read, who is offered what, which hosts a page may ask."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client

from layers.basemap.models import BaseMap
from layers.basemap.plugged.fetch import Failed, get
from layers.basemap.plugged.fragment import fragment, hosts
from layers.basemap.plugged.look import look
from layers.basemap.plugged.reading import read
from layers.basemap.theme import NAMES, OVER, THEMES, TOKENS
from layers.core.registry import registry
from layers.core.style import Circle, Fill, Line, Symbol
from layers.core.viewer import ANYONE, Viewer
from tests.layers.basemap.map_server import MapServer, archive, serving

XYZ = "https://tiles.example.vn/{z}/{x}/{y}.png"


def a_map(**values: Any) -> BaseMap:
    """A base map, not saved."""
    given = {
        "slug": "anh",
        "title_vi": "Ảnh",
        "title_en": "Imagery",
        "kind": "xyz",
        "address": XYZ,
        "attribution": "© An",
    }
    return BaseMap(**{**given, **values})


def saved(**values: Any) -> BaseMap:
    """A base map in use."""
    base = a_map(**values)
    base.document = read(base)
    base.save()
    return base


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapServer]:
    """A map server in the own network."""
    folder = tmp_path_factory.mktemp("maps")
    archive(folder / "pictures.pmtiles")
    with serving(folder) as server:
        yield server


@pytest.fixture
def near(maps: MapServer, settings: Any) -> MapServer:
    """The same, allowed to be read."""
    settings.BASEMAP_PRIVATE_HOSTS = ("127.0.0.1",)
    return maps


@pytest.mark.parametrize(
    ("values", "field", "vi", "en"),
    [
        ({"address": "https://a.vn/{z}/{x}.png"}, "address", "thiếu {y}", "lacks {y}"),
        (
            {"address": "https://a.vn/{z}/{x}/{y}/{key}"},
            "address",
            "Không hiểu chỗ thay thế {key}",
            "{key} is not known",
        ),
        ({"address": "ftp://a.vn/{z}/{x}/{y}"}, "address", "https://máy-chủ", "https://host"),
        ({"address": "//a.vn/{z}/{x}/{y}"}, "address", "https://máy-chủ", "https://host"),
        ({"address": "https://u:p@a.vn/{z}/{x}/{y}"}, "address", "tên đăng nhập", "no login"),
        ({"address": "https://a.vn; script-src/{z}/{x}/{y}"}, "address", "dấu cách", "no spaces"),
        ({"address": "https://a.vn;x/{z}/{x}/{y}"}, "address", "https://máy-chủ", "https://host"),
        ({"minzoom": 12, "maxzoom": 8}, "minzoom", "lớn hơn", "above the last"),
        ({"slug": "plain"}, "slug", "dành cho hệ thống", "taken"),
        ({"attribution": "<a href=x>An</a>"}, "attribution", "thẻ HTML", "HTML"),
        ({"kind": "tilejson"}, "address", "một tài liệu", "one document"),
        ({"kind": "wmts", "address": "https://a.vn/wmts"}, "wmts_layer", "tên lớp", "layer's name"),
        ({"attribution": ""}, "attribution", "", ""),
    ],
)
def test_a_fault_is_named_by_its_field_in_both_languages(values: Any, field: str, vi: str, en: str) -> None:
    from django.utils.translation import override

    with pytest.raises(ValidationError) as refused:
        a_map(**values).full_clean(validate_unique=False, validate_constraints=False)

    assert list(refused.value.message_dict) == [field]
    for language, words in (("vi", vi), ("en", en)):
        with override(language):
            assert words in "".join(refused.value.message_dict[field])


def test_http_is_refused_where_the_site_itself_is_https(settings: Any) -> None:
    base = a_map(address=XYZ.replace("https", "http"))
    base.clean()

    settings.SESSION_COOKIE_SECURE = True
    with pytest.raises(ValidationError, match="https"):
        base.clean()


def test_xyz_flips_and_spreads_as_the_template_says() -> None:
    source = read(a_map(address="https://{s}.a.vn/{z}/{x}/{-y}{r}.png", tile_size=512))["sources"]["main"]

    assert source["tiles"] == [f"https://{one}.a.vn/{{z}}/{{x}}/{{y}}.png" for one in "abc"]
    assert (source["scheme"], source["tileSize"]) == ("tms", 512)


def test_wmts_capabilities_become_a_template_of_web_mercator(near: MapServer) -> None:
    address = f"{near.url}/capabilities.xml"

    source = read(a_map(kind="wmts", address=address, wmts_layer="anh"))["sources"]["main"]
    by_parameters = read(a_map(kind="wmts", address=address, wmts_layer="kvp"))["sources"]["main"]

    assert source["tiles"] == [f"{near.url}/wmts/mau/gm/EPSG:3857:{{z}}/{{y}}/{{x}}.png"]
    assert (source["minzoom"], source["maxzoom"], source["bounds"]) == (0, 18, [102, 8, 118, 24])
    assert "TILEMATRIX=EPSG:3857:{z}&TILEROW={y}&TILECOL={x}" in by_parameters["tiles"][0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"wmts_layer": "vn"}, "vn2000"),
        ({"wmts_layer": "nothing"}, "There are: anh, kvp, vn"),
        ({"wmts_layer": "anh", "wmts_style": "x"}, "There are: mau"),
        ({"wmts_layer": "anh", "wmts_matrix_set": "vn2000"}, "Web Mercator"),
    ],
)
def test_wmts_says_what_there_is_where_the_wish_cannot_be_met(near: MapServer, values: Any, words: str) -> None:
    with pytest.raises(Failed, match=words):
        read(a_map(kind="wmts", address=f"{near.url}/capabilities.xml", **values))


def test_xml_with_entities_is_not_read(near: MapServer) -> None:
    with pytest.raises(Failed, match="document type"):
        read(a_map(kind="wmts", address=f"{near.url}/dtd.xml", wmts_layer="anh"))


def test_a_wmts_template_needs_nothing_read() -> None:
    address = "https://a.vn/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"

    base = a_map(kind="wmts", address=address, wmts_layer="nen")
    base.clean()

    assert read(base)["sources"]["main"]["tiles"] == ["https://a.vn/nen/default/GoogleMapsCompatible/{z}/{y}/{x}.png"]


def test_documents_are_read_and_their_addresses_made_absolute(near: MapServer) -> None:
    told = read(a_map(kind="tilejson", address=f"{near.url}/moved/deep/tilejson.json"))["sources"]["main"]
    style = read(a_map(kind="style", address=f"{near.url}/style.json"))
    archived = read(a_map(kind="pmtiles", address=f"{near.url}/pictures.pmtiles"))["sources"]["main"]

    assert told["tiles"] == [f"{near.url}/deep/xyz/{{z}}/{{x}}/{{y}}.png"]
    assert style["sources"]["pictures"]["tiles"] == [f"{near.url}/xyz/{{z}}/{{x}}/{{y}}.png"]
    assert "url" not in style["sources"]["pictures"]
    assert archived["type"] == "raster"
    assert archived["tiles"] == [f"pmtiles://{near.url}/pictures.pmtiles/{{z}}/{{x}}/{{y}}"]
    assert archived["maxzoom"] == 4


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/huge.json", "tilejson", "larger than"),
        ("/nothing", "style", "HTTP 404"),
        ("/capabilities.xml", "tilejson", "no JSON"),
        ("/tilejson.json", "style", "no MapLibre style"),
        ("/style.json", "tilejson", "lacks “tiles”"),
        ("/style.json", "pmtiles", "Range"),
        ("/whole/pictures.pmtiles", "pmtiles", "Range"),
    ],
)
def test_what_is_no_map_is_said(near: MapServer, path: str, kind: str, words: str) -> None:
    with pytest.raises(Failed, match=words):
        read(a_map(kind=kind, address=near.url + path))


def test_the_server_is_not_led_into_its_own_network(maps: MapServer) -> None:
    with pytest.raises(Failed, match="GEO_IOC_BASEMAP_PRIVATE_HOSTS"):
        get(f"{maps.url}/tilejson.json")


def test_a_look_shows_a_tile_and_says_whether_browsers_may_read_it(near: MapServer, db: None) -> None:
    fine = look(a_map(address=f"{near.url}/xyz/{{z}}/{{x}}/{{y}}.png"))
    closed = look(a_map(address=f"{near.url}/closed/{{z}}/{{x}}/{{y}}.png"))

    assert fine.picture.startswith("data:image/png;base64,")
    assert [one.good for one in fine.findings] == [True, True]
    assert any("PNG, 256×256" in one.text.en for one in fine.findings)
    assert any(not one.good and "Access-Control-Allow-Origin" in one.text.vi for one in closed.findings)


def test_a_fragment_is_named_apart_and_keeps_the_zoom_range(near: MapServer) -> None:
    base = a_map(kind="tilejson", address=f"{near.url}/tilejson.json", minzoom=6, maxzoom=10)
    base.document = read(base)

    drawn = fragment(base, "light")

    assert drawn["sources"]["base:anh:main"]["maxzoom"] == 10
    assert [(one["id"], one["source"], one["minzoom"]) for one in drawn["layers"]] == [
        ("base:anh:picture", "base:anh:main", 6)
    ]


def test_vector_tiles_without_a_style_are_drawn_in_our_colours() -> None:
    base = a_map()
    source = {"type": "vector", "tiles": ["https://a.vn/{z}/{x}/{y}"]}
    base.document = {"sources": {"main": source}, "layers": None, "vector_layers": ["water", "earth", "mine", "place"]}

    light, dark = (fragment(base, theme)["layers"] for theme in ("light", "dark"))

    assert [one["id"].rpartition(":")[2] for one in light] == [
        *("background", "earth-fill", "water-fill", "water-line", "mine-line", "mine-outline", "place-symbol")
    ]
    assert light[1]["paint"]["fill-color"] == THEMES["light"].land
    assert dark[1]["paint"]["fill-color"] == THEMES["dark"].land


# -------------------------------------------------------------------- access


@pytest.fixture
def rows(db: None) -> None:
    """One map for everyone, one for people signed in, one not in use."""
    saved(slug="chung", audience="public")
    saved(slug="rieng", audience="signed_in", address="https://key.example.vn/{z}/{x}/{y}?key=secret")
    saved(slug="cu", audience="public", active=False, address="https://old.example.vn/{z}/{x}/{y}")


ROLES = ("leader", "land_officer", "field_staff", "operator", "steward", "auditor", "admin", "wall")


def test_the_public_never_learns_the_address_of_a_map_for_people_signed_in(rows: None, ask: Callable[..., Any]) -> None:
    anyone = ask(ANYONE)

    answer = anyone.get("/api/basemaps")

    assert [one["id"] for one in answer.json()["basemaps"]] == ["chung"]
    assert "secret" not in answer.content.decode()
    assert anyone.get("/api/basemaps/chung").status_code == 200
    hidden, unknown = anyone.get("/api/basemaps/rieng"), anyone.get("/api/basemaps/khong")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json()["error"] == unknown.json()["error"] == "unknown_basemap"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_everyone_signed_in_is_offered_both(rows: None, ask: Callable[..., Any], role: str) -> None:
    one = ask(Viewer(user="an", user_id=1, roles=frozenset({role})))

    assert [row["id"] for row in one.get("/api/basemaps").json()["basemaps"]] == ["chung", "rieng"]
    assert "key=secret" in one.get("/api/basemaps/rieng").content.decode()
    assert one.get("/api/basemaps/cu").status_code == 404


def _policy(client: Any, path: str = "/") -> dict[str, str]:
    policy = client.get(path)["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


def test_a_page_may_ask_exactly_the_hosts_of_the_maps_its_caller_is_offered(rows: None) -> None:
    public = _policy(Client())
    account = Client()
    account.force_login(get_user_model().objects.create_user("an", password="một câu rất dễ nhớ"))
    signed_in = _policy(account)

    assert public["connect-src"] == "'self' https://tiles.example.vn"
    assert public["img-src"] == "'self' data: blob: https://tiles.example.vn"
    assert signed_in["connect-src"] == "'self' https://key.example.vn https://tiles.example.vn"
    assert public["script-src"] == signed_in["script-src"] == "'self'"
    assert _policy(account, "/accounts/login/")["connect-src"] == "'self'"


def test_the_embedded_page_asks_public_hosts_only(rows: None) -> None:
    policy = _policy(Client(), "/embed")

    assert policy["connect-src"] == "'self' https://tiles.example.vn"
    assert policy["frame-ancestors"] == "*"


def test_hosts_of_a_style_are_those_of_all_it_names() -> None:
    base = a_map(kind="style")
    base.document = {
        "sources": {
            "a": {"type": "vector", "tiles": ["https://t.vn:8443/{z}/{x}/{y}"]},
            "b": {"url": "pmtiles://https://p.vn/a"},
        },
        "layers": [],
        "glyphs": "https://g.vn/{fontstack}/{range}",
        "sprite": [{"id": "default", "url": "https://s.vn/sprite"}],
    }

    assert hosts(base) == {"https://t.vn:8443", "https://p.vn", "https://g.vn", "https://s.vn"}


# ------------------------------------------------------------ administration


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    """A browser of the role admin."""
    client.force_login(get_user_model().objects.create_superuser("chi", password="một câu rất dễ nhớ"))
    return client


def _form(**values: Any) -> dict[str, Any]:
    given = {
        "slug": "anh",
        "title_vi": "Ảnh",
        "title_en": "Imagery",
        "kind": "xyz",
        "address": XYZ,
        "attribution": "© An",
    }
    rest = {"minzoom": 0, "maxzoom": 19, "tile_size": 256, "audience": "public", "position": "under_labels", "order": 1}
    return {**given, **rest, "active": "on", **values}


def test_a_map_is_read_as_it_is_saved_and_then_checked(administrator: Client, near: MapServer) -> None:
    add = "/admin/basemap/basemap/add/"
    bad = administrator.post(add, _form(kind="wmts", address=f"{near.url}/capabilities.xml", wmts_layer="vn"))
    good = administrator.post(add, _form(kind="wmts", address=f"{near.url}/capabilities.xml", wmts_layer="anh"))

    assert bad.status_code == 200
    assert "Web Mercator" in bad.content.decode()
    assert good.status_code == 302
    base = BaseMap.objects.get()
    assert base.document["sources"]["main"]["maxzoom"] == 18
    assert base.read_at
    page = administrator.get(f"/admin/basemap/basemap/{base.pk}/check", follow=True).content.decode()
    assert "PNG, 256×256 px" in page
    assert "data:image/png" in page
    assert administrator.get(f"/admin/basemap/basemap/{base.pk}/change/").status_code == 200


def test_what_cannot_be_read_may_be_kept_but_not_used(administrator: Client, near: MapServer) -> None:
    broken = _form(kind="style", address=f"{near.url}/nothing")

    refused = administrator.post("/admin/basemap/basemap/add/", broken)
    kept = administrator.post("/admin/basemap/basemap/add/", {**broken, "active": ""})

    assert "HTTP 404" in refused.content.decode()
    assert kept.status_code == 302
    assert BaseMap.objects.get().document is None


def test_only_administrators_change_base_maps(client: Client, db: None) -> None:
    client.force_login(get_user_model().objects.create_user("an", password="một câu rất dễ nhớ"))

    assert client.get("/admin/basemap/basemap/").status_code in (302, 403)


# -------------------------------------------------------------------- themes


def test_every_theme_has_every_token() -> None:
    assert set(THEMES) == set(NAMES)
    for theme in THEMES.values():
        assert all(len(getattr(theme, name)) == 7 for name in TOKENS)


def test_every_colour_of_the_base_map_is_a_token_of_the_light_file(db: None) -> None:
    tokens = {getattr(THEMES["light"], name) for name in TOKENS if name not in OVER}
    parts = [
        part for layer in registry.visible_to(ANYONE) if layer.base for style in layer.styles for part in style.parts
    ]
    used = [getattr(part, name, None) for part in parts for name in ("color", "outline", "casing")]

    assert parts
    assert all(isinstance(part, Circle | Fill | Line | Symbol) for part in parts)
    assert {color for color in used if isinstance(color, str)} <= tokens


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_a_theme_swaps_the_base_maps_colours_and_no_others(theme: str) -> None:
    light, other = THEMES["light"], THEMES[theme]

    assert other.of(light.water.lower()) == other.water
    assert other.of(light.label) == other.label
    assert other.of("#C4580B") == "#C4580B"
