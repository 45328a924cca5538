"""The viewer's screens, walked as a person does: by the roles and names of what is pressed, in either language."""

import json
import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page

from tests.e2e.conftest import ROOT, Viewer

TEXTS = ROOT / "frontend" / "src" / "text"
PLACE = "#map=12/11.31/106.13"
OPEN = "/?layers=communes,schools"


class Words:
    """The words of the interface in one language, by their keys."""

    def __init__(self, language: str) -> None:
        """Read its dictionary."""
        self.language = language
        self.all: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))

    def __call__(self, key: str, **values: str) -> str:
        """A text as it stands on screen."""
        return re.sub(r"{(\w+)}", lambda found: values.get(found[1], found[0]), self.all[key])

    def start(self, key: str) -> re.Pattern[str]:
        """The beginning of a text, up to what is filled in."""
        return re.compile("^" + re.escape(self.all[key].split("{")[0]))


class Walk:
    """One visit: every screen of the viewer that a steward meets, at a desk or on a phone."""

    def __init__(self, viewer: Viewer, words: Words) -> None:
        """The visitor is signed in already where corrections are to be met."""
        self.viewer, self.page, self.words = viewer, viewer.page, words
        self.phone = bool(self.page.viewport_size and self.page.viewport_size["width"] < 768)

    def button(self, key: str, **values: str) -> Locator:
        """The button of this name."""
        return self.page.get_by_role("button", name=self.words(key, **values), exact=True).first

    def press(self, key: str) -> None:
        """What stands in the top bar at a desk stands in the menu of a phone."""
        if self.phone:
            self.button("menu.more").click()
        self.button(key).click()

    def title(self, layer: str) -> str:
        """A layer's name in the language of the walk."""
        layers = self.page.request.get(f"{self.viewer.centre.url}/api/layers").json()["layers"]
        found: str = next(one["title"][self.words.language] for one in layers if one["id"] == layer)
        return found

    def screens(self) -> Iterator[str]:
        """Name each screen once it stands there."""
        self.viewer.open(f"{OPEN}&lang={self.words.language}{PLACE}")
        yield from self._layers()
        yield from self._dialogues()
        yield from self._map()
        self.viewer.open(f"/?layers=schools&sel=schools/1&lang={self.words.language}{PLACE}")
        yield from self._feature()

    def _layers(self) -> Iterator[str]:
        page, words = self.page, self.words
        if self.phone:
            self.button("sheet.handle").press("Enter")
            self.button("sheet.handle").press("ArrowUp")
        self.button("layer.settings", title=self.title("schools")).click()
        page.get_by_role("slider").first.wait_for()
        yield "catalogue"
        page.get_by_role("tab", name=words.start("catalog.legend")).click()
        page.get_by_text(words("legend.in_view")).first.wait_for()
        yield "legend"
        if self.phone:
            self.button("sheet.handle").press("Enter")
            for _ in range(2):
                self.button("sheet.handle").press("ArrowDown")
        page.get_by_role("combobox", name=words("search.label")).fill("tan chau")
        page.get_by_role("option").first.wait_for()
        yield "search"
        page.keyboard.press("Escape")
        self.press("table.open")
        page.locator("tbody tr.row").first.wait_for()
        yield "table"
        self.button("table.close").click()

    def _dialogues(self) -> Iterator[str]:
        page, words = self.page, self.words
        for name in ("print.open", "share.open", "list.open", "help.title"):
            title = words(name.split(".")[0] + ".title")
            if name == "help.title" and not self.phone:
                self._ask_for_help()
            else:
                self.press(name)
            page.get_by_role("dialog", name=title).wait_for()
            yield name.split(".")[0]
            page.keyboard.press("Escape")
            page.get_by_role("dialog").wait_for(state="detached")

    def _ask_for_help(self) -> None:
        """By its key, on the map; again where a dialogue that has just closed took the focus back meanwhile."""
        for _ in range(5):
            self.page.locator("#map canvas").focus()
            self.page.keyboard.press("?")
            self.page.wait_for_timeout(2_000)
            if self.page.get_by_role("dialog").count():
                return

    def _map(self) -> Iterator[str]:
        page = self.page
        page.locator("#map canvas").focus()
        page.keyboard.press("n")
        page.get_by_role("listbox").wait_for()
        yield "walk"
        page.keyboard.press("Escape")
        self.button("time.now").click()
        self.button("time.earlier").click()
        yield "timeline"
        self.button("time.close").click()
        self.button("time.to_now").click()
        self.button("compare.open").click()
        page.get_by_role("separator", name=self.words("compare.divider")).wait_for()
        yield "compare"
        self.button("compare.close").click()
        self.press("draw.title")
        self.button("draw.kind.polygon").wait_for()
        yield "draw"

    def _feature(self) -> Iterator[str]:
        page, words = self.page, self.words
        page.locator("article h2").wait_for()
        if self.phone:
            self.button("sheet.handle").press("ArrowUp")
        yield "panel"
        self.button("edit.start").click()
        page.get_by_label(words("edit.reason")).wait_for()
        self.button("edit.save").click()
        page.get_by_text(words("form.required")).first.wait_for()
        yield "edit"
        self.button("form.leave").click()
        page.locator("article").get_by_role("button", name=words("panel.more"), exact=True).click()
        page.get_by_role("menuitem", name=words("history.title")).click()
        page.get_by_role("heading", name=words("history.title")).wait_for()
        yield "history"


def sign_in_page(page: Page, centre: str, language: str) -> None:
    """Where one signs in."""
    page.goto(f"{centre}/accounts/login/?lang={language}")
