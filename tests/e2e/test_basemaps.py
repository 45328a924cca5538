"""Base maps of others in Chromium: drawn, chosen, kept in a link, given up where they fail; the islands stay."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Centre, Viewer
from tests.layers.basemap.map_server import COLOR, STYLE_COLOR, MapServer, archive, picture, serving

SEA = "#map=4.60/13.5000/112.0000"
SEA_POINT = (113.0, 13.6)
NAMES = {"Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"}
ROWS = """
from django.utils import timezone
from layers.basemap.models import BaseMap
from layers.basemap.plugged.reading import read
for order, (slug, kind, path, values) in enumerate({rows!r}):
    base = BaseMap(slug=slug, title_vi="Nền " + slug, title_en="Map " + slug, kind=kind, address={url!r} + path,
                   attribution="© Đơn vị " + slug, audience="public", order=order, **values)
    base.document, base.read_at = read(base), timezone.now()
    base.full_clean()
    base.save()
"""
KINDS = [
    ("anh", "xyz", "/xyz/{z}/{x}/{y}.png", {}),
    ("wmts", "wmts", "/capabilities.xml", {"wmts_layer": "anh"}),
    ("tilejson", "tilejson", "/tilejson.json", {"position": "replaces"}),
    ("tep", "pmtiles", "/pictures.pmtiles", {}),
    ("kieu", "style", "/style.json", {"position": "replaces"}),
    ("vec-to", "pmtiles", "/provinces.pmtiles", {"position": "replaces"}),
    ("gan", "xyz", "/xyz/{z}/{x}/{y}.png", {"minzoom": 9}),
]


@pytest.fixture(scope="module")
def maps(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapServer]:
    """A map server, and a base map of each kind that is read from it."""
    folder = tmp_path_factory.mktemp("maps")
    archive(folder / "pictures.pmtiles")
    centre.manage("export_tiles", "provinces", str(folder / "provinces.pmtiles"), "--max-zoom", "5")
    with serving(folder) as server:
        allowed = replace(centre, environment={**centre.environment, "GEO_IOC_BASEMAP_PRIVATE_HOSTS": "127.0.0.1"})
        allowed.manage("shell", "--no-imports", "-c", ROWS.format(rows=KINDS, url=server.url))
        yield server


@pytest.fixture(autouse=True)
def _small(page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 460})


def pixel(viewer: Viewer, at: tuple[float, float] = SEA_POINT) -> tuple[int, ...]:
    """The colour on the screen at a place, RGB."""
    x, y = viewer.page.evaluate("at => Object.values(window.__geoioc.map.project(at))", list(at))
    shot = viewer.page.screenshot(clip={"x": x, "y": y, "width": 2, "height": 2})
    color = Image.open(BytesIO(shot)).convert("RGB").getpixel((0, 0))
    assert isinstance(color, tuple)
    return tuple(int(part) for part in color)


def await_pixel(viewer: Viewer, color: tuple[int, ...], *, same: bool = True) -> None:
    """Wait until the sea has this colour, or another one."""
    for _ in range(60):
        near = all(abs(a - b) <= 4 for a, b in zip(pixel(viewer), color, strict=True))
        if near == same:
            return
        viewer.page.wait_for_timeout(250)
    raise AssertionError(f"the sea is {pixel(viewer)}, wanted {'' if same else 'anything but '}{color}")


def names(viewer: Viewer) -> set[str]:
    """The archipelagos named on the screen."""
    found = viewer.await_features("sovereignty_labels", lambda all_of: len({one.get("name") for one in all_of}) >= 2)
    return {str(one["name"]) for one in found if one.get("name")}


def test_every_kind_is_drawn_from_its_link_under_the_names_of_the_islands(viewer: Viewer, maps: MapServer) -> None:
    green = tuple(bytes.fromhex(STYLE_COLOR[1:]))
    for slug in ("anh", "wmts", "tilejson", "tep", "kieu"):
        viewer.open(f"/?base={slug}{SEA}")

        await_pixel(viewer, green if slug == "kieu" else COLOR)
        assert names(viewer) >= NAMES, slug
        expect(viewer.page.locator(".credits")).to_contain_text(f"© Đơn vị {slug}")


def test_vector_tiles_without_a_style_wear_our_colours(viewer: Viewer, maps: MapServer) -> None:
    viewer.open(f"/?base=vec-to{SEA}")

    viewer.await_features("base:vec-to:main", bool)
    assert names(viewer) >= NAMES


def test_no_base_map_at_all_keeps_the_islands(viewer: Viewer, maps: MapServer) -> None:
    viewer.open(f"/?base=plain{SEA}")

    assert names(viewer) >= NAMES
    assert not viewer.features("provinces")


def test_below_its_first_zoom_ours_is_shown(viewer: Viewer, maps: MapServer) -> None:
    viewer.open(f"/?base=gan{SEA}")

    viewer.await_features("provinces", bool)
    await_pixel(viewer, COLOR, same=False)


def test_one_is_chosen_by_keyboard_kept_in_the_address_and_left_again(viewer: Viewer, maps: MapServer) -> None:
    page = viewer.page
    viewer.open(f"/{SEA}")
    button = page.get_by_role("button", name="Bản đồ nền", exact=True)
    button.press("Enter")
    chooser = page.get_by_role("dialog", name="Bản đồ nền")
    expect(chooser.get_by_role("radio", name="Của hệ thống")).to_be_focused()

    for _ in range(3):
        page.keyboard.press("ArrowDown")

    expect(page).to_have_url(re.compile(r"[?&]base=anh"))
    viewer.shot("basemaps")
    page.keyboard.press("Escape")
    expect(chooser).to_have_count(0)
    expect(button).to_be_focused()
    await_pixel(viewer, COLOR)
    page.reload()
    viewer.drawn()
    await_pixel(viewer, COLOR)
    button.click()
    chooser.get_by_text("Của hệ thống").click()
    page.keyboard.press("Escape")
    await_pixel(viewer, COLOR, same=False)
    expect(page).not_to_have_url(re.compile("base="))


def test_one_that_fails_says_so_and_ours_is_shown_until_it_is_back(viewer: Viewer, maps: MapServer) -> None:
    maps.broken = True
    try:
        viewer.open(f"/?base=anh{SEA}")
        lost = viewer.page.get_by_role("status").filter(has_text="Không tải được bản đồ nền “Nền anh”")
        expect(lost).to_be_visible()
        viewer.await_features("provinces", bool)
    finally:
        maps.broken = False
    viewer.page.get_by_role("button", name="Thử lại").click()

    await_pixel(viewer, COLOR)
    expect(lost).to_have_count(0)


def test_one_that_has_no_tile_at_all_is_no_blank_map(viewer: Viewer, maps: MapServer) -> None:
    maps.empty = True
    try:
        viewer.open(f"/?base=anh{SEA}")
        lost = viewer.page.get_by_role("status").filter(has_text="Không tải được bản đồ nền “Nền anh”")
        expect(lost).to_be_visible()
        viewer.await_features("provinces", bool)
        viewer.shot("basemap-404")
    finally:
        maps.empty = False
    viewer.page.get_by_role("button", name="Thử lại").click()

    await_pixel(viewer, COLOR)
    expect(lost).to_have_count(0)


def test_a_raster_layer_lies_under_our_names(viewer: Viewer, maps: MapServer) -> None:
    page = viewer.page

    def catalog(route: Route) -> None:
        told = route.fetch().json()
        like = next(layer for layer in told["layers"] if not layer["base"])
        title = {"vi": "Ảnh viễn thám", "en": "Imagery"}
        raster = {
            "id": "photo",
            "kind": "raster",
            "title": title,
            "visible": False,
            "attribution": "© Ảnh",
            "count": None,
        }
        route.fulfill(json={**told, "layers": [*told["layers"], {**like, **raster, "filters": [], "legend": {}}]})

    def style(route: Route) -> None:
        told = json.loads(route.fetch().text())
        told["sources"]["photo"] = {"type": "raster", "tiles": ["/tiles/photo/{z}/{x}/{y}.webp"], "tileSize": 256}
        meta = {"layer": "photo", "style": None, "role": "raster"}
        told["layers"].append({"id": "photo/0", "type": "raster", "source": "photo", "metadata": meta})
        route.fulfill(json=told)

    page.route("**/api/layers", catalog)
    page.route("**/style.json*", style)
    page.route("**/tiles/photo/**", lambda route: route.fulfill(body=picture(), content_type="image/png"))
    viewer.open(f"/?base=imagery.photo{SEA}")

    await_pixel(viewer, COLOR)
    assert names(viewer) >= NAMES
    expect(page.locator(".credits")).to_contain_text("© Ảnh")
