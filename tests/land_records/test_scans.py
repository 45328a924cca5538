"""Scans of papers: who attaches and opens them, what is refused, what the access log knows, what stays withdrawn."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from geo_ioc.accounts.models import User
from geo_ioc.accounts.roles import MACHINES, PEOPLE
from land_records.models import Document, Parcel, Scan
from land_records.scans import folder, passes
from layers.admin_units.models import AdminUnit
from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer
from layers.core.viewer import HOUSE
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import NAME, leaks, plant
from tests.land_records.test_access_roads import reads, text_of, viewer_as

OFFICERS = ("land_officer", "land_admin")
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PURPOSE = "Hồ sơ H80-16"


def drawn(form: str, **more: Any) -> bytes:
    written = BytesIO()
    Image.new("1" if form == "TIFF" else "RGB", (40, 30), "white").save(written, form, **more)
    return written.getvalue()


@pytest.fixture(autouse=True)
def _var(settings: LazySettings, tmp_path: Path) -> None:
    settings.GEO_IOC_VAR = tmp_path


@pytest.fixture
def parcel(communes: dict[str, AdminUnit]) -> Parcel:
    """The planted parcel of the ward; the other commune has one of its own."""
    plant(communes[COMMUNE], 126)
    return plant(communes[WARD])


def person(unit: AdminUnit, slug: str = "land_officer", name: str = "an") -> Viewer:
    """An account with the role in a commune."""
    account, _ = User.objects.get_or_create(username=name)
    return Viewer(user=name, user_id=account.pk, roles=frozenset({slug}), units=frozenset({unit.pk}))


def act(viewer: Viewer, parcel: Parcel, name: str, **fields: Any) -> Any:
    return As(viewer).form(f"/api/layers/parcel_cases/features/{parcel.su_id}/actions/{name}", fields)


def sent(viewer: Viewer, parcel: Parcel, content: bytes = PDF, name: str = f"{NAME}.pdf", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content, "text/html")
    return act(viewer, parcel, "attach_scan", file=file, **({"kind": "contract", "title": f"Của {NAME}"} | more))


def links(viewer: Viewer, parcel: Parcel) -> list[str]:
    answer = act(viewer, parcel, "open_scans", purpose=PURPOSE)
    assert answer.status_code == 200, answer.content
    cells = [cell for block in answer.json()["blocks"] for _, cell in block.get("rows", [])]
    return [cell["href"] for cell in cells if isinstance(cell, dict)]


def stored(var: Path) -> list[Path]:
    return [path for path in (var / "scans").rglob("*") if path.is_file()]


def actions_noted() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("content", "type_", "disposition"),
    [
        (PDF, "application/pdf", "inline"),
        (drawn("JPEG"), "image/jpeg", "inline"),
        (drawn("PNG"), "image/png", "inline"),
        (drawn("TIFF", save_all=True, append_images=[Image.new("1", (9, 9))]), "image/tiff", "attachment"),
    ],
)
def test_an_officer_attaches_a_scan_and_opens_it_for_a_purpose(
    parcel: Parcel, communes: dict[str, AdminUnit], content: bytes, type_: str, disposition: str
) -> None:
    officer = person(communes[WARD])

    attached = sent(officer, parcel, content, name="../../x.html")
    (href,) = links(officer, parcel)
    answer = As(officer).get(href)
    body = b"".join(answer.streaming_content)

    assert attached.status_code == 200, attached.content
    assert body == content
    assert answer["Content-Type"] == type_
    assert answer["Content-Disposition"].startswith(disposition)
    assert "x.html" not in answer["Content-Disposition"]
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert actions_noted() == ["scan_attached", "open_scans", "view_scan"]
    viewed = AuditEntry.objects.get(action="view_scan")
    assert (viewed.feature_id, viewed.purpose, viewed.user_id) == (parcel.su_id, PURPOSE, officer.user_id)
    assert leaks(str(list(AuditEntry.objects.values()))) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"MZ\x90\x00", PDF[:-7], drawn("PNG")[:-20], drawn("JPEG")[:-2], drawn("TIFF")[:20], b"II*\x00"],
)
def test_what_is_no_scan_is_refused_and_leaves_nothing(
    parcel: Parcel, communes: dict[str, AdminUnit], tmp_path: Path, content: bytes
) -> None:
    before = Document.objects.count()

    answer = sent(person(communes[WARD]), parcel, content, name="scan.pdf")

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"file"}
    assert set(answer.json()["fields"]["file"]) >= {"vi", "en"}
    assert (Scan.objects.count(), Document.objects.count() - before, stored(tmp_path)) == (0, 0, [])
    assert actions_noted() == []


def test_a_file_over_the_limit_is_refused(
    parcel: Parcel, communes: dict[str, AdminUnit], settings: LazySettings, tmp_path: Path
) -> None:
    settings.GEO_IOC_SCAN_MAX_MB = 1

    answer = sent(person(communes[WARD]), parcel, PDF[:-6] + b" " * (1 << 20) + b"%%EOF")

    assert answer.status_code == 422
    assert answer.json()["fields"]["file"]["vi"] == "Tệp lớn hơn 1 MB."
    assert stored(tmp_path) == []


def test_a_paper_has_several_files_each_once(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    officer = person(communes[WARD])
    sent(officer, parcel)
    paper = str(Scan.objects.get().document_id)

    second = act(officer, parcel, "attach_scan", file=SimpleUploadedFile("b", drawn("PNG")), paper=paper)
    again = act(officer, parcel, "attach_scan", file=SimpleUploadedFile("c", drawn("PNG")), paper=paper)
    other = act(officer, parcel, "attach_scan", file=SimpleUploadedFile("d", PDF), paper="999999")
    both = sent(officer, parcel, paper=paper)

    assert [second.status_code, again.status_code, other.status_code, both.status_code] == [200, 422, 422, 422]
    assert set(both.json()["fields"]) == {"kind", "title"}
    assert list(Scan.objects.values_list("position", flat=True)) == [1, 2]


def test_a_paper_of_a_transaction_is_named_by_its_dossier(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    officer = person(communes[WARD])
    changed = {"address": "Ấp 4", "reason": "Viết sai", "dossier": "H80.1-2", "consent": "7"}
    assert act(officer, parcel, "correct", **changed).status_code == 200

    assert sent(officer, parcel, dossier="H80.1-3").status_code == 422
    assert sent(officer, parcel, dossier="H80.1-2").status_code == 200

    transaction = Scan.objects.get().document.transaction
    assert transaction is not None
    assert transaction.dossier == "H80.1-2"


@pytest.mark.parametrize("slug", ["public", *PEOPLE, *MACHINES])
def test_only_officers_of_the_commune_reach_a_scan(parcel: Parcel, communes: dict[str, AdminUnit], slug: str) -> None:
    owner = person(communes[WARD], name="ba")
    sent(owner, parcel)
    (href,) = links(owner, parcel)
    bare = href.partition("?")[0]
    here = person(communes[WARD], slug, "chi") if slug in PEOPLE else viewer_as(slug, communes[WARD])
    elsewhere = person(communes[COMMUNE], slug, "dung") if slug in PEOPLE else here

    for viewer in (here, elsewhere, HOUSE):
        sees = slug in OFFICERS and viewer is here
        # another officer's pass leads to the panel, which asks for the own purpose
        assert [As(viewer).get(one).status_code for one in (href, bare)] == ([302, 302] if sees else [404, 404])
        if viewer is not HOUSE:
            opened = act(viewer, parcel, "open_scans", purpose=PURPOSE)
            assert opened.status_code == (200 if sees else 404)
            assert sees or leaks(text_of(opened)) == []
            assert act(viewer, parcel, "withdraw_scan", scan="0", reason="x").status_code == (422 if sees else 404)
    assert "view_scan" not in actions_noted()


def test_no_purpose_opens_nothing(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    officer = person(communes[WARD])
    sent(officer, parcel)
    short = act(officer, parcel, "open_scans", purpose="xem")
    nobody = act(viewer_as("land_officer", communes[WARD]), parcel, "open_scans", purpose=PURPOSE)
    (href,) = links(officer, parcel)

    assert (short.status_code, nobody.status_code) == (422, 403)
    assert As(officer).get(href[:-3]).status_code == 302
    assert b"".join(As(officer).get(href).streaming_content) == PDF


def test_a_pass_ends(parcel: Parcel, communes: dict[str, AdminUnit], monkeypatch: pytest.MonkeyPatch) -> None:
    officer = person(communes[WARD])
    sent(officer, parcel)
    (href,) = links(officer, parcel)
    monkeypatch.setattr(passes, "SECONDS", -1)

    answer = As(officer).get(href)

    assert answer.status_code == 302
    assert answer["Location"] == f"/?layers=parcel_cases&sel=parcel_cases/{parcel.su_id}"


def test_a_withdrawn_scan_is_opened_by_nobody_and_stays(
    parcel: Parcel, communes: dict[str, AdminUnit], tmp_path: Path
) -> None:
    officer = person(communes[WARD])
    sent(officer, parcel)
    (href,) = links(officer, parcel)
    number = str(Scan.objects.get().pk)

    assert act(officer, parcel, "withdraw_scan", scan=number).status_code == 422
    assert act(officer, parcel, "withdraw_scan", scan=number, reason="Nhầm thửa").status_code == 200
    assert act(officer, parcel, "withdraw_scan", scan=number, reason="Nhầm thửa").status_code == 422

    assert As(officer).get(href).status_code == 404
    assert links(officer, parcel) == []
    assert "Nhầm thửa" in text_of(act(officer, parcel, "open_scans", purpose=PURPOSE))
    assert len(stored(tmp_path)) == 1
    assert "scan_withdrawn" in actions_noted()
    assert sent(officer, parcel).status_code == 200, "the right file may come again"


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_changed_bytes_are_not_handed_over(parcel: Parcel, communes: dict[str, AdminUnit], change: str) -> None:
    officer = person(communes[WARD])
    sent(officer, parcel)
    (href,) = links(officer, parcel)
    path = folder.path_of(Scan.objects.get().file)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(PDF.replace(b"1.4", b"1.5"))

    answer = As(officer).get(href)

    assert (answer.status_code, answer.json()["error"]) == (409, "scan_damaged")
    assert actions_noted()[-1] == "scan_damaged"


def test_the_sweep_takes_only_old_files_without_a_row(
    parcel: Parcel, communes: dict[str, AdminUnit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(person(communes[WARD]), parcel)
    left = tmp_path / "scans" / "ab" / ("ab" * 16)
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(PDF)
    (left.parent / ".writing-x").write_bytes(PDF)

    assert folder.sweep() == 0
    monkeypatch.setattr(folder, "UNNAMED_KEPT_S", -60)
    assert folder.sweep() == 2
    assert len(stored(tmp_path)) == 1


def roads(viewer: Viewer, parcel: Parcel) -> Iterator[tuple[str, Any]]:
    yield from reads(viewer, parcel)
    for q in ("Huỳnh Thị Bích Đào", "bich dao pdf"):
        yield f"search {q}", As(viewer).get("/api/search", {"q": q})


@pytest.mark.parametrize("slug", ["public", "leader", "land_officer"])
def test_the_name_of_a_scan_is_in_no_other_answer(parcel: Parcel, communes: dict[str, AdminUnit], slug: str) -> None:
    officer = person(communes[WARD])
    assert leaks(text_of(sent(officer, parcel))) == [], "nor in the answer to the upload"
    viewer = ANYONE if slug == "public" else person(communes[WARD], slug, "chi")

    told = {road: leaks(text_of(answer)) for road, answer in roads(viewer, parcel)}

    assert {road: words for road, words in told.items() if words} == {}
