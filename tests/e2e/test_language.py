"""Every word on screen is in the language chosen, and everything a screen reader would read has a name in it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.e2e.conftest import Viewer
from tests.e2e.screens import Walk, Words, sign_in_page

VIETNAMESE = re.compile("[ăâđêôơưàằầáắấảẳẩãẵẫạặậèềéếẻểẽễẹệìíỉĩịòồờóốớỏổởõỗỡọộợùừúứủửũữụựỳýỷỹỵ]", re.IGNORECASE)
# What stands on screen or is read out. What another language is said to be in is left out.
SHOWN = """() => {
    const own = document.documentElement.lang;
    const words = new Set();
    const add = text => text?.trim() && words.add(text.trim().replace(/\\s+/g, " "));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const one = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        if (one.closest("script, style, noscript, svg, code, textarea")) continue;
        if (!one.checkVisibility() || (one.closest("[lang]")?.lang ?? own) !== own) continue;
        if (node.nodeType === Node.TEXT_NODE) add(node.data);
        else for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"])
            add(one.getAttribute(name));
    }
    return [...words];
}"""
WORDS_OF_DATA = ("label", "heading", "about", "help", "unit")
"""Keys of answers that hold words, not data."""
NAMED = {
    *("button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "slider", "spinbutton", "switch"),
    *("tab", "option", "menuitem", "dialog", "listbox", "heading", "img", "image", "region"),
}
SPOKEN: dict[str, list[tuple[str, str]]] = {
    "catalogue": [("region", "catalog.title"), ("tablist", "catalog.title"), ("slider", "layer.opacity")],
    "legend": [("tab", "catalog.legend"), ("region", "catalog.title")],
    "search": [("combobox", "search.label"), ("option", "")],
    "table": [("region", "table.title"), ("button", "table.close"), ("columnheader", "")],
    "print": [("dialog", "print.title"), ("combobox", "print.scale"), ("group", "print.orientation")],
    "share": [("dialog", "share.title"), ("button", "share.copy")],
    "list": [("dialog", "list.title"), ("textbox", "list.lines"), ("button", "list.read")],
    "help": [("dialog", "help.title"), ("checkbox", "help.spoken")],
    "walk": [("listbox", "walk.title"), ("option", "")],
    "timeline": [("slider", "time.slider"), ("button", "time.earlier"), ("button", "time.to_now")],
    "compare": [("separator", "compare.divider"), ("button", "compare.close")],
    "draw": [("region", "draw.title"), ("button", "draw.kind.polygon")],
    "panel": [("complementary", "panel.label"), ("heading", ""), ("button", "panel.close")],
    "edit": [("textbox", "edit.reason"), ("button", "edit.save")],
    "history": [("heading", "history.title")],
    "sign in": [("heading", ""), ("textbox", ""), ("button", "")],
}
"""What a screen reader meets on each screen: a role, and the key of its name (none: any name)."""


class Said:
    """What the server answered: names of data may be in any language, words may not."""

    def __init__(self, page: Page) -> None:
        """Listen to every answer from now on."""
        self.data: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()
        page.on("response", self._heard)

    def _heard(self, response: Response) -> None:
        if "/api/" not in response.url or "json" not in response.headers.get("content-type", ""):
            return
        try:
            self.take(response.json(), "")
        except Exception:  # an answer given up halfway: its words are on no screen
            return

    def take(self, said: Any, key: str) -> None:
        """Part of an answer, and the key it stood under."""
        if isinstance(said, str):
            if key not in WORDS_OF_DATA:
                self.data.add(" ".join(said.split()))
        elif isinstance(said, list):
            for one in said:
                self.take(one, key)
        elif isinstance(said, dict):
            if isinstance(said.get("vi"), str) and isinstance(said.get("en"), str):
                self.pairs.add((said["vi"], said["en"]))
                return
            for name, one in said.items():
                self.take(one, name)


def strange(shown: Iterable[str], words: Words, said: Said) -> list[str]:
    """Texts in the language not chosen."""
    return list(_vietnamese(shown, said) if words.language == "en" else _english(shown, words, said))


def _vietnamese(shown: Iterable[str], said: Said) -> Iterator[str]:
    names = sorted((one for one in said.data if VIETNAMESE.search(one)), key=len, reverse=True)
    for text in shown:
        rest = text
        if VIETNAMESE.search(rest):
            for name in names:
                rest = rest.replace(name, "")
        if VIETNAMESE.search(rest) and not any(text in name for name in names):
            yield text


def _english(shown: Iterable[str], words: Words, said: Said) -> Iterator[str]:
    other = Words("en").all
    own = {*words.all.values(), *(vi for vi, _ in said.pairs), *said.data}
    wrong = {text for key, text in other.items() if words.all[key] != text} | {en for vi, en in said.pairs if vi != en}
    exact = {one for one in wrong if "{" not in one} - own
    filled = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(one))) for one in wrong if _letters(one) >= 4]
    mine = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(one))) for one in words.all.values() if _letters(one) >= 1]
    for text in shown:
        if text in own or any(one.fullmatch(text) for one in mine):
            continue
        if text in exact or any(one.fullmatch(text) for one in filled):
            yield text


def _letters(text: str) -> int:
    """Of a text with places to fill in: how many letters it has itself."""
    return len(re.findall(r"[^\W\d_]", re.sub(r"{\w+}", "", text))) if "{" in text else 0


def tree(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that Chromium tells a screen reader."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    read = [one for one in nodes if not one["ignored"]]
    return [(one["role"]["value"], one.get("name", {}).get("value", "").strip()) for one in read]


def unspoken(read: list[tuple[str, str]], screen: str, words: Words) -> list[str]:
    """What has no name, a name that is a key or is not filled in, or is not there at all."""
    bare = [f"{role} without a name" for role, name in read if role in NAMED and not name]
    raw = [f"{role} {name!r}" for role, name in read if name in words.all or re.search(r"{\w+}", name)]
    missing = [
        f"no {role} {words(key) if key else ''}"
        for role, key in SPOKEN[screen]
        if not any(role == one and name and (not key or words.start(key).search(name)) for one, name in read)
    ]
    return [*bare, *raw, *missing]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_is_in_the_language_chosen_and_everything_read_out_has_a_name(viewer: Viewer, language: str) -> None:
    page, words, said = viewer.page, Words(language), Said(viewer.page)
    page.set_default_timeout(40_000)
    faults: dict[str, list[str]] = {}

    def look(screen: str) -> None:
        wrong = strange(page.evaluate(SHOWN), words, said) + unspoken(tree(page), screen, words)
        if wrong:
            faults[screen] = sorted(set(wrong))

    for layer in ("communes", "schools"):  # names that only tiles bring to the screen
        said.take(page.request.get(f"{viewer.centre.url}/api/layers/{layer}/features?limit=1000").json(), "")
    sign_in_page(page, viewer.centre.url, language)
    look("sign in")
    viewer.sign_in("steward")
    for screen in Walk(viewer, words).screens():
        look(screen)

    assert faults == {}
