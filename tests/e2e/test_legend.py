"""The legend: how many of each are on screen, and the order of what is drawn."""

import json
import re
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
