"""Measuring and drawing as a person does it: an area on the map, its figures, what lies inside, and the link."""

import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Viewer, pdf_text

LON, LAT = 106.13, 11.31
CORNERS = [(LON - 0.01, LAT - 0.01), (LON + 0.01, LAT - 0.01), (LON + 0.01, LAT + 0.01), (LON - 0.01, LAT + 0.01)]


def test_a_drawn_area_is_measured_counted_kept_printed_and_sent_as_a_link(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.open(f"/#map=12.2/{LAT}/{LON}").page
    page.get_by_role("button", name="Đo và vẽ").click()
    page.get_by_role("button", name="Vùng", exact=True).click()
    for lon, lat in CORNERS:
        viewer.click_at(lon, lat)
        page.wait_for_timeout(350)  # two presses closer than this are a double click
    page.get_by_role("button", name="Xong").click()

    tools = page.get_by_role("region", name="Đo và vẽ")
    expect(tools.get_by_text("VN-2000", exact=False).first).to_be_visible()
    expect(tools.get_by_text("WGS 84", exact=False).first).to_be_visible()
    # 0.02° × 0.02° at 11.31°: 2.183 × 2.212 km, give or take a pixel
    expect(tools.get_by_text(re.compile(r"48\d,\d+\sha")).first).to_be_visible()
    tools.get_by_role("button", name="Có gì bên trong").click()
    row = tools.locator("button[data-layer=schools]")
    expect(row).to_be_visible()
    told = int(re.sub(r"\D", "", row.inner_text().split()[-1]))
    ring = ", ".join(f"{lon:.7f} {lat:.7f}" for lon, lat in [*CORNERS, CORNERS[0]])
    assert abs(told - counted(viewer, f"S_INTERSECTS(geom, POLYGON(({ring})))")) <= 1  # a press falls on whole pixels
    viewer.shot("draw")
    page.get_by_role("button", name="In bản đồ").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Tạo bản in").click()
    download.value.save_as(tmp_path / "map.pdf")
    assert "Vùng 1" in pdf_text(tmp_path / "map.pdf")
    page.keyboard.press("Escape")

    viewer.until("location.search.includes('draw=')", 5)
    link = page.url
    page.reload()
    viewer.drawn()
    page.get_by_role("button", name="Đo và vẽ").click()
    expect(tools.get_by_role("button", name=re.compile("^Vùng|^Chưa đặt tên")).first).to_be_visible()
    other = page.context.browser.new_context(locale="vi-VN")  # type: ignore[union-attr]
    try:
        guest = Viewer(other.new_page(), viewer.centre)
        guest.page.goto(link)
        guest.drawn()
        guest.page.get_by_role("button", name="Đo và vẽ").click()
        panel = guest.page.get_by_role("region", name="Đo và vẽ")
        expect(panel.get_by_role("button", name=re.compile("Vùng|Chưa đặt tên")).first).to_be_visible()
    finally:
        other.close()


def counted(viewer: Viewer, condition: str) -> int:
    """What the counts endpoint says."""
    query = urllib.parse.urlencode({"filter": condition})
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/schools/counts?{query}", timeout=10) as answer:
        return int(json.load(answer)["total"])
