"""WCAG 2.2 AA by axe, on the screens people meet: in both languages, light and dark, at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, Viewer

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The page's policy lets no script in that is not its own; axe is one."""
    return {**browser_context_args, "bypass_csp": True}


# What is still fading in is paler than what people read.
SETTLED = """() => {
    const ends = one => Number.isFinite(one.effect.getComputedTiming().endTime);
    return Promise.allSettled(document.getAnimations().filter(ends).map(one => one.finished));
}"""


def found(page: Page) -> list[str]:
    """What axe finds wrong once nothing moves: the rule, where, and why."""
    page.add_script_tag(path=AXE)
    page.evaluate(SETTLED)
    answer = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in answer["violations"]
        for node in one["nodes"]
    ]


def catalogue(page: Page) -> None:
    page.get_by_role("button", name="Tuỳ chọn của Trường học").click()
    page.get_by_role("slider").first.wait_for()


def legend(page: Page) -> None:
    page.get_by_role("tab", name="Legend").click()


def hits(page: Page) -> None:
    page.get_by_role("combobox").fill("tan chau")
    page.get_by_role("option").first.wait_for()


def table(page: Page) -> None:
    page.get_by_role("button", name="Bảng").first.click()
    page.locator("tbody tr.row").first.wait_for()


def panel(page: Page) -> None:
    page.locator("article h2").wait_for()


def tools(page: Page) -> None:
    page.get_by_role("button", name="Đo và vẽ").click()
    page.get_by_role("region", name="Đo và vẽ").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


SCREENS = [
    pytest.param("/", catalogue, None, "light", id="catalogue"),
    pytest.param("/?lang=en", legend, None, "dark", id="legend, dark, English"),
    pytest.param("/", hits, None, "light", id="search"),
    pytest.param("/?layers=schools#map=12/11.31/106.13", table, None, "light", id="table"),
    pytest.param("/?sel=schools/1", panel, PHONE, "dark", id="panel on a phone, dark"),
    pytest.param("/?sel=schools/1&lang=en", panel, None, "light", id="panel, English"),
    pytest.param("/", tools, None, "light", id="tools"),
    pytest.param("/", keys, None, "dark", id="help"),
]


@pytest.mark.parametrize(("address", "act", "size", "scheme"), SCREENS)
def test_axe_finds_nothing(viewer: Viewer, address: str, act: Callable[[Page], None], size: Any, scheme: Any) -> None:
    page = viewer.page
    page.emulate_media(color_scheme=scheme)
    if size:
        page.set_viewport_size(size)
    viewer.open(address)
    act(page)

    assert found(page) == []


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere"])
def test_axe_finds_nothing_on_plain_pages(viewer: Viewer, path: str) -> None:
    viewer.page.goto(viewer.centre.url + path)

    assert found(viewer.page) == []
