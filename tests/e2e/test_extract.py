"""An extract's way in Chromium: out of an officer's panel as PDF, its code read, what it says opened by a stranger."""

import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Viewer
from tests.e2e.test_accessibility import found
from tests.e2e.test_parcel_case import HELD, case, open_case

CHANGE = (
    "from datetime import date; from land_records.ledger import entry; from land_records.models import Parcel; "
    "from land_records.terms import TransactionKind; from layers.core import ANYONE\n"
    "with entry(TransactionKind.CORRECTION, ANYONE, effective_on=date.today()) as made:\n"
    "    made.revise(Parcel.objects.current().get(su_id={}), {{'address': 'Ấp 4 (demo)'}})"
)
LOOKS = [(360, "light", "vi"), (360, "dark", "en"), (1024, "light", "en"), (1024, "dark", "vi")]
GENUINE = {"vi": "đúng với sổ địa chính", "en": "agrees with the land register"}


def code_of(file: Path) -> str:
    """The address that the first page's code holds, read from it as a picture."""
    page = pypdfium2.PdfDocument(file)[0].render(scale=150 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(page)
    return str(code.text)


@pytest.mark.usefixtures("offline")
def test_an_officers_extract_is_verified_by_a_stranger(viewer: Viewer, browser: Browser, tmp_path: Path) -> None:
    viewer.sign_in("land_officer")
    feature = case(viewer, HELD)
    link = open_case(viewer, feature).get_by_role("link", name="Tải PDF")
    with viewer.page.expect_download(timeout=120_000) as asked:
        link.click()
    file = tmp_path / "extract.pdf"
    asked.value.save_as(file)

    address = code_of(file)

    assert re.fullmatch(r"trich-luc-\d{5}-\d+-\d+\.pdf", asked.value.suggested_filename)
    assert address.startswith(f"{viewer.centre.url}/trich-luc/")
    faults: dict[str, list[str]] = {}
    for width, scheme, language in LOOKS:
        name = f"extract-{width}-{scheme}-{language}"
        stranger = browser.new_context(
            viewport={"width": width, "height": 740},
            color_scheme=scheme,
            bypass_csp=True,  # type: ignore[arg-type]
        )
        page = stranger.new_page()
        page.goto(f"{address}?lang={language}")
        expect(page.locator("main")).to_contain_text(GENUINE[language])
        page.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        if wrong := found(page):
            faults[name] = wrong
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        forged = page.goto(f"{address[:-4]}AAAA?lang={language}")
        assert forged
        assert forged.status == 404
        if wrong := found(page):
            faults[f"{name}, forged"] = wrong
        stranger.close()
    assert faults == {}

    viewer.centre.manage("shell", "-v0", "-c", CHANGE.format(feature["id"]))
    stranger = browser.new_context(bypass_csp=True)
    page = stranger.new_page()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("đã có nội dung mới hơn")
    assert found(page) == []
    stranger.close()
