"""The viewer in Chromium on the demo province: drawn, found, clicked, shared, live, offline."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Viewer

CLOSE = "(m => m.getZoom() > 13 && m.getBounds().contains([{lon}, {lat}]))(window.__geoioc.map)"
"""Whether the map shows a place from near by."""


def test_the_map_opens_on_the_province_and_draws_base_and_data(viewer: Viewer) -> None:
    viewer.open().jump(106.13, 11.31, 12)

    assert viewer.features("provinces")
    assert viewer.features("roads")
    viewer.await_features("schools", lambda found: len(found) >= 3)
    viewer.shot("open")


@pytest.mark.parametrize(("name", "lon", "lat"), [("Hoàng Sa", 112.0, 16.5), ("Trường Sa", 114.0, 9.8)])
@pytest.mark.parametrize("zoom", [4.2, 6, 8])
def test_hoang_sa_and_truong_sa_are_labelled(viewer: Viewer, name: str, lon: float, lat: float, zoom: float) -> None:
    viewer.open().jump(lon, lat, zoom)

    viewer.await_features("sovereignty_labels", lambda found: any(name in str(f.get("name")) for f in found))


def test_a_click_on_a_school_opens_its_panel_and_the_address_holds_it(viewer: Viewer) -> None:
    viewer.open().jump(106.13, 11.31, 13)
    school = viewer.await_features("schools", bool)[0]
    lon, lat = school["lonlat"]
    viewer.jump(lon, lat, 14)

    viewer.click_at(lon, lat)

    panel = viewer.page.locator("article").first
    expect(panel).to_be_visible()
    viewer.shot("panel")
    address = viewer.page.url
    assert "schools" in address
    viewer.open(address.removeprefix(viewer.centre.url))
    expect(viewer.page.locator("article").first).to_be_visible()


def test_a_panel_that_arrives_during_a_flight_waits_for_its_end(viewer: Viewer) -> None:
    viewer.open().jump(106.13, 11.31, 13)
    school = viewer.await_features("schools", bool)[0]
    lon, lat = school["lonlat"]
    viewer.jump(lon, lat, 14)
    held: list[Route] = []
    viewer.page.route("**/panel*", lambda route: held.append(route))
    with viewer.page.expect_request("**/panel*"):
        viewer.click_at(lon, lat)
    expect(viewer.page.locator("article").first).to_be_visible()

    # The flight ends with the school under the open panel.
    viewer.page.evaluate(
        """([lon, lat]) => {
            const map = window.__geoioc.map;
            map.once("moveend", () => { window.landed = map.getCenter().toArray(); });
            map.easeTo({center: [lon, lat], duration: 2000});
        }""",
        [lon - 0.008, lat],
    )
    held[0].fulfill(response=held[0].fetch())
    viewer.until("!!window.landed", 15).until("!window.__geoioc.map.isMoving()", 15)

    assert viewer.page.evaluate("window.landed") == [pytest.approx(lon - 0.008, abs=1e-4), pytest.approx(lat, abs=1e-4)]
    covered = viewer.page.locator("[data-covers=right]").first.bounding_box()
    assert covered
    assert viewer.page.evaluate("at => window.__geoioc.map.project(at).x", [lon, lat]) < covered["x"]


def test_a_change_by_plain_sql_is_on_the_screen_within_seconds(viewer: Viewer) -> None:
    viewer.open().jump(106.13, 11.31, 12)
    school = viewer.await_features("schools", bool)[0]

    import psycopg

    with psycopg.connect(viewer.centre.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute("update education_school set name = 'Trường vừa đổi tên' where id = %s", [school["id"]])

    viewer.await_features("schools", lambda found: any(f.get("name") == "Trường vừa đổi tên" for f in found), 10)


def test_the_viewer_speaks_english_too(viewer: Viewer) -> None:
    viewer.open("/?lang=en")

    expect(viewer.page.locator("html")).to_have_attribute("lang", "en")
    expect(viewer.page.get_by_text("Schools").first).to_be_visible()
    viewer.shot("english")


def test_metres_typed_into_the_search_name_their_zones_and_lead_to_the_place(viewer: Viewer) -> None:
    page = viewer.page
    viewer.open()
    page.get_by_role("combobox").fill("X=1278036.224 Y=571898.809")

    offered = page.get_by_role("option").filter(has_not_text="chứa điểm")  # a parcel that holds one comes after them
    expect(offered).to_have_count(2)
    expect(offered.first).to_contain_text("VN-2000, kinh tuyến trục 105°30′ (EPSG:9209)")
    page.keyboard.press("Enter")

    viewer.until(CLOSE.format(lon=106.161, lat=11.556), 15)


def test_enter_before_the_answer_is_kept_until_it_comes(viewer: Viewer) -> None:
    viewer.open().page.get_by_role("combobox").fill("11.3030, 106.1330")
    viewer.page.keyboard.press("Enter")

    viewer.until(CLOSE.format(lon=106.133, lat=11.303), 15)


def test_it_is_dark_as_the_system_is_until_a_person_chooses(viewer: Viewer) -> None:
    page = viewer.page
    page.emulate_media(color_scheme="dark")
    viewer.open("/?lang=en")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")

    page.get_by_role("button", name="Dark").click()
    page.emulate_media(color_scheme="no-preference")
    viewer.open("/?lang=en")

    expect(root).to_have_attribute("data-theme", "dark")


def test_the_viewer_works_with_the_network_cut(viewer: Viewer, offline: list[str]) -> None:
    viewer.open().jump(106.13, 11.31, 12)

    assert viewer.features("roads")
    assert offline == []


def test_the_database_may_go_and_come_back(viewer: Viewer) -> None:
    """Connections are cut; the map goes on by itself."""
    import psycopg

    viewer.open().jump(106.13, 11.31, 12)
    name = viewer.centre.environment["DATABASE_URL"].rpartition("/")[2]
    root = viewer.centre.environment["DATABASE_URL"].removesuffix(name) + "postgres"
    with psycopg.connect(root, autocommit=True) as database:
        database.execute(f'alter database "{name}" with allow_connections false')
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        away = viewer.page.request.get(f"{viewer.centre.url}/readyz")
        tile = viewer.page.request.get(f"{viewer.centre.url}/tiles/schools/11/1628/959.mvt?filter=pupils%20%3E%203")
        database.execute(f'alter database "{name}" with allow_connections true')

    assert away.status == 503
    assert tile.status == 503
    assert tile.json()["error"] == "database_unavailable"
    viewer.jump(106.4, 11.0, 12)
    viewer.await_features("schools", bool, 30)
