"""“Không khí hôm nay” on a phone: read without a script, light, soon there, nearest station first on demand."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SHOTS, Centre
from tests.e2e.test_accessibility import PHONE, browser_context_args, found

__all__ = ["browser_context_args"]  # the fixture that lets axe in

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""As Lighthouse slows a phone down; its processor is taken to be four times slower."""
PAINTED = """() => new Promise(done => {
    const one = () => performance.getEntriesByName("first-contentful-paint")[0];
    const told = new PerformanceObserver(() => one() && done(one().startTime));
    one() ? done(one().startTime) : told.observe({type: "paint", buffered: true});
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_and_nothing_is_cut_off(page: Page, centre: Centre, scheme: Any) -> None:
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme=scheme)
    faults = {}

    for path in ("/khong-khi", "/air"):
        page.goto(centre.url + path)
        page.get_by_role("heading", level=2).first.wait_for()
        page.locator("summary").click()
        faults[path] = found(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"air{path.replace('/', '-')}-{scheme}.png", full_page=True)

    assert faults == {"/khong-khi": [], "/air": []}


def test_it_is_read_without_a_script(browser: Browser, centre: Centre) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()

    page.goto(f"{centre.url}/khong-khi")

    expect(page.get_by_role("heading", name="Không khí hôm nay")).to_be_visible()
    expect(page.get_by_role("article").first).to_contain_text("Mọi người")
    expect(page.get_by_role("button")).to_have_count(0)
    context.close()


def test_a_slow_phone_shows_it_within_a_second_and_loads_under_thirty_kilobytes(page: Page, centre: Centre) -> None:
    page.request.get(f"{centre.url}/khong-khi")  # the first request of a server compiles its template
    devtools = page.context.new_cdp_session(page)
    weights: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    page.goto(f"{centre.url}/khong-khi", wait_until="networkidle")

    painted_ms = page.evaluate(PAINTED)
    print(f"\nfirst paint {painted_ms:.0f} ms; {sum(weights) / 1000:.1f} kB in {len(weights)} requests")  # noqa: T201
    assert painted_ms < 1_000
    assert sum(weights) < 30_000


def test_the_nearest_station_comes_first_when_asked_for(page: Page, centre: Centre) -> None:
    page.goto(f"{centre.url}/khong-khi")
    last = page.get_by_role("article").last
    name = last.get_by_role("heading").inner_text()
    lon, lat = map(float, str(last.get_attribute("data-at")).split())
    page.context.grant_permissions(["geolocation"], origin=centre.url)
    page.context.set_geolocation({"longitude": lon, "latitude": lat})

    page.get_by_role("button", name="Tìm trạm gần tôi").click()

    first = page.get_by_role("article").first
    expect(first.get_by_role("heading")).to_have_text(name)
    expect(first).to_contain_text("0 km")
