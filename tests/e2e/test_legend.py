"""The legend: how many of each are on screen, and the order of what is drawn."""

import json
import re
import statistics
import urllib.request

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Viewer


def numbers(section: Locator) -> list[int]:
    """The counts beside a layer's entries."""
    return [int(re.sub(r"\D", "", text)) for text in section.locator(".count").all_inner_texts()]


def test_the_legend_counts_what_is_on_screen_and_is_reordered_by_drag(viewer: Viewer) -> None:
    page = viewer.open("/?layers=schools,communes#map=8/11.1/106.1").page
    page.get_by_role("tab", name="Chú giải").click()
    schools, communes = (
        page.locator("ol > li").filter(has=page.get_by_role("heading", name=name))
        for name in ("Trường học", "Xã, phường, đặc khu")
    )
    expect(schools.get_by_text("Trong khung nhìn")).to_be_visible()
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/schools/counts?style=level", timeout=10) as answer:
        told = json.load(answer)
    assert sum(numbers(schools)) == told["total"]  # the whole province is on screen

    viewer.jump(106.13, 11.31, 13)
    expect(schools.get_by_text("Trong khung nhìn")).to_be_visible()
    page.wait_for_timeout(1_000)
    assert 0 < sum(numbers(schools)) < told["total"]

    grip, target = communes.locator(".grip").bounding_box(), schools.bounding_box()
    assert grip
    assert target
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 8, target["y"] + 4, steps=6)
    page.mouse.up()
    viewer.until("new URLSearchParams(location.search).get('layers') === 'communes,schools'", 5)
    page.get_by_role("button", name="Đưa Trường học lên trên").press("Enter")
    viewer.until("new URLSearchParams(location.search).get('layers') === 'schools,communes'", 5)


# The grey of a patch of the map around each of some places, row by row; and how much it varies down and across.
GREYS = """async places => {
    const map = window.__geoioc.map;
    const painted = new Promise(done => map.once("render", () => {
        const from = map.getCanvas();
        const copy = new OffscreenCanvas(from.width, from.height);
        copy.getContext("2d").drawImage(from, 0, 0);
        done(copy);
    }));
    map.triggerRepaint();
    const pen = (await painted).getContext("2d");
    const ratio = map.getCanvas().width / map.getCanvas().clientWidth;
    return places.map(([x, y]) => {
        const {data} = pen.getImageData((x - 10) * ratio, (y - 10) * ratio, 20, 20);
        const grey = at => 0.3 * data[4 * at] + 0.59 * data[4 * at + 1] + 0.11 * data[4 * at + 2];
        return Array.from({length: 400}, (_, at) => grey(at));
    });
}"""
# Places inside areas with 24 px of their own on every side, one of each use.
INSIDE = """() => {
    const map = window.__geoioc.map;
    const layers = map.getStyle().layers.filter(one => one.source === "parcels" && one.type === "fill"
        && one.layout?.visibility !== "none").map(one => one.id);
    const at = point => map.queryRenderedFeatures(point, {layers})[0];
    const found = {};
    for (let x = 350; x < 960; x += 7) for (let y = 70; y < 600; y += 7) {
        const here = at([x, y]);
        if (!here || found[here.properties.land_use]) continue;
        const ends = [[-14, -14], [14, -14], [-14, 14], [14, 14]].map(([dx, dy]) => at([x + dx, y + dy])?.id);
        if (ends.every(id => id === here.id)) found[here.properties.land_use] = [x, y];
    }
    return found;
}"""


def variation(grey: list[float]) -> tuple[float, float]:
    """How much the rows of a patch of 20 × 20 differ from each other, and how much its columns do."""
    rows = [statistics.mean(grey[row * 20 : row * 20 + 20]) for row in range(20)]
    columns = [statistics.mean(grey[column::20]) for column in range(20)]
    return statistics.pstdev(rows), statistics.pstdev(columns)


def test_areas_by_category_are_told_apart_without_colour(viewer: Viewer) -> None:
    page = viewer.open("/?layers=parcels#map=15.6/11.3100/106.1300").page
    page.get_by_role("tab", name="Chú giải").click()
    section = page.locator("ol > li").first
    places = page.evaluate(INSIDE)
    assert len(places) > 1, places
    plain = dict(zip(places, page.evaluate(GREYS, list(places.values())), strict=True))
    assert section.locator("pattern").count() == 0

    page.get_by_label("Hoạ tiết kèm màu").check()
    viewer.drawn()
    hatched = dict(zip(places, page.evaluate(GREYS, list(places.values())), strict=True))
    viewer.shot("patterns")

    assert {use: round(statistics.pstdev(grey)) for use, grey in plain.items()} == dict.fromkeys(places, 0)
    assert all(statistics.pstdev(grey) > 4 for grey in hatched.values())
    kinds = {tuple(round(one) for one in variation(grey)) for grey in hatched.values()}
    assert len(kinds) > 1, kinds
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers", timeout=10) as answer:
        told = next(one for one in json.load(answer)["layers"] if one["id"] == "parcels")["legend"]["land_use"]
    more = page.get_by_role("button", name=re.compile("^Hiện cả"))
    expect(more).to_be_visible()
    assert 0 < section.locator("pattern").count() < len(told), "a long list begins with what is in view"
    more.click()
    drawn = section.locator("pattern path").evaluate_all("paths => paths.map(one => one.getAttribute('d'))")
    assert drawn == [entry["pattern"] for entry in told]
    page.reload()
    viewer.drawn()
    page.get_by_role("tab", name="Chú giải").click()
    expect(page.get_by_label("Hoạ tiết kèm màu")).to_be_checked()


def test_a_system_that_asks_for_more_contrast_has_patterns_from_the_start(viewer: Viewer) -> None:
    viewer.page.emulate_media(contrast="more")
    page = viewer.open("/?layers=parcels#map=16/11.31/106.13").page
    page.get_by_role("tab", name="Chú giải").click()

    expect(page.get_by_label("Hoạ tiết kèm màu")).to_be_checked()
