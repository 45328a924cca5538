"""Role × road: words planted in the register are in no answer, whoever asks and by whatever way."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.conf import LazySettings
from django.contrib import admin

from geo_ioc.accounts.roles import MACHINES, PEOPLE
from land_records.models import Parcel, Party, Scan
from land_records.scans import passes
from layers.admin_units.models import AdminUnit
from layers.audit import Receipt
from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer, registry
from tests.conformance.roads import Roads, status_of, whole
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import BANK, HOME, NAME, NUMBER, PAPER, REGISTRY, SERIAL, leaks, plant, plant_scan
from tests.tile_server.harness import Answer
from tile_server.grid import tile_at

OFFICERS = ("land_officer", "land_admin")
ROLES = ("public", *PEOPLE, *MACHINES)
TYPED = ("land_user", "certificate", "name", "party", "party__name", "rights__party__name", "x__y", "holder", "pk")
MASKED = "H*** T*** B*** Đ***"
LAYERS = ("parcels", "parcel_cases")


@pytest.fixture
def parcel(communes: dict[str, AdminUnit], settings: LazySettings, tmp_path: Path) -> Parcel:
    """The planted parcel of the ward, with a scan; the other commune has one of its own."""
    settings.GEO_IOC_VAR = tmp_path
    plant(communes[COMMUNE], 126)
    parcel = plant(communes[WARD])
    plant_scan(parcel)
    return parcel


def viewer_as(slug: str, *units: AdminUnit) -> Viewer:
    if slug == "public":
        return ANYONE
    held = frozenset(unit.pk for unit in units)
    if slug in MACHINES:
        return Viewer(device="máy", roles=frozenset({slug}), units=held)
    return Viewer(user="an", user_id=None, roles=frozenset({slug}), units=held)


def lookers(communes: dict[str, AdminUnit], slug: str) -> list[Viewer]:
    """The role in the ward, and an officer in the other commune too."""
    return [viewer_as(slug, communes[WARD])] + ([viewer_as(slug, communes[COMMUNE])] if slug in OFFICERS else [])


def reads(viewer: Viewer, parcel: Parcel) -> Iterator[tuple[str, Any]]:
    """Every way to read of the parcel that Django answers."""
    asked = As(viewer)
    for layer in LAYERS:
        base = f"/api/layers/{layer}"
        one = f"{base}/features/{parcel.su_id}"
        paths = [base, f"{base}/features", f"{base}/counts", f"{base}/counts?by=land_use", one, f"{one}/history"]
        paths += [f"{base}/features?format={form}" for form in ("csv", "gpkg", "xlsx")]
        paths += [f"{one}/panel?lang={language}" for language in ("vi", "en")]
        paths += [f"{one}/panel?at=2020-06-01", f"{one}/panel?known_at=2026-11-01", f"{one}?at=2020-06-01"]
        paths += [
            f"{base}/features?at=2020-06-01",
            f"{base}/features?filter=sheet=12",
            f"{base}/cells/12/3255/1922/panel",
        ]
        paths += [f"/tiles/{layer}.json", f"{base}/features?sort=-land_use", f"{base}/revisions"]
        for name in TYPED:
            paths += [f"{base}/counts?by={name}", f"{base}/features?sort={name}"]
            paths += [f"{base}/features?filter={name}='x'", f"{base}/features?filter={name} IS NOT NULL"]
        for path in paths:
            yield path, asked.get(path)
    for path in ("/api/layers", "/style.json", "/api/me", "/metrics", "/api/audit", "/api/land/exports", "/admin/"):
        yield path, asked.get(path)
    for q in ("thửa 125 tờ 12", "huynh", "hoa su", "999000000", "ZZ 7000"):
        yield f"search {q}", asked.get("/api/search", {"q": q})
    yield "list", asked.post("/api/lists/resolve", {"layer": "parcel_cases", "lines": ["12/125", "thua 125 to 12"]})
    yield "planning", asked.get(f"/api/planning/parcels/{parcel.su_id}")
    yield "planning lists", asked.get("/api/planning/parcels.csv", {"plan": "QH1"})
    yield "extract", asked.get(f"/api/land/parcels/{parcel.su_id}/extract.pdf")
    for scan in Scan.objects.filter(document__su_id=parcel.su_id):
        another = passes.address(scan, parcel.su_id, Viewer(user_id=1), Receipt(sequence=1, at=scan.added_at, hash=""))
        for path in (another, another.partition("?")[0], another[:-2]):
            yield f"scan {path}", asked.get(path)
    yield "statistics", asked.get("/api/land/statistics/01.xlsx", {"on": "2025-12-31"})
    yield "look-up", asked.get("/quy-hoach", {"xa": WARD, "to": "12", "thua": "125"})
    yield "look-up in English", asked.get("/planning", {"lon": "106.2255", "lat": "11.3125"})


def text_of(answer: Any) -> str:
    """All that an answer says: unzipped, decoded, its headers too."""
    body = whole(answer)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"".join(parts.read(name) for name in parts.namelist())
    said = body.decode(errors="replace")
    if body.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(body) as document:
            said += " ".join(page.get_textpage().get_text_range() for page in document)
            said += str(document.get_metadata_dict())
    return said + str(dict(answer.items()))


@pytest.mark.parametrize("slug", ROLES)
def test_no_road_tells_a_planted_word(parcel: Parcel, communes: dict[str, AdminUnit], slug: str) -> None:
    for viewer in lookers(communes, slug):
        told = {road: text_of(answer) for road, answer in reads(viewer, parcel)}

        assert {road: leaks(text) for road, text in told.items() if leaks(text)} == {}
        sees = slug in OFFICERS and communes[WARD].pk in viewer.units
        assert {road for road, text in told.items() if MASKED in text and "parcel_cases" in road} >= (
            {"/api/layers/parcel_cases/features", f"/api/layers/parcel_cases/features/{parcel.su_id}"}
            if sees
            else set()
        )
        assert sees or MASKED not in told[f"/api/layers/parcel_cases/features/{parcel.su_id}"]


@pytest.mark.parametrize("slug", ROLES)
def test_only_officers_of_the_commune_reach_the_records(
    parcel: Parcel, communes: dict[str, AdminUnit], slug: str
) -> None:
    for viewer in lookers(communes, slug):
        sees = slug in OFFICERS and communes[WARD].pk in viewer.units
        asked = As(viewer)
        one = f"/api/layers/parcel_cases/features/{parcel.su_id}"

        statuses = [asked.get(f"{one}{road}").status_code for road in ("", "/panel", "/history")]
        assert statuses == [200 if sees else 404] * 3
        extract = asked.get(f"/api/land/parcels/{parcel.su_id}/extract.pdf")
        assert extract.status_code == (200 if sees else 404)
        for action in registry.get("parcel_cases").actions:
            sent = {"purpose": "Hồ sơ H80-15"} if action.name == "reveal" else {"unknown": "1"}
            answer = asked.post(f"{one}/actions/{action.name}", sent)
            said = text_of(answer)
            if action.name == "reveal" and sees:
                assert all(one in said for one in (NAME, NUMBER, HOME, SERIAL, REGISTRY, BANK, "23/08/1961", PAPER))
            else:
                assert answer.status_code == (422 if sees else 404), action.name
                assert leaks(said) == []
        if sees:
            assert asked.post(f"{one}/actions/reveal", {"purpose": "xem"}).status_code == 422
    assert AuditEntry.objects.filter(action="reveal").count() == (1 if slug in OFFICERS else 0)


@pytest.mark.parametrize("slug", ROLES)
@pytest.mark.parametrize(("field", "value"), [("land_user", NAME), ("land_user", NUMBER), ("certificate", SERIAL)])
def test_who_searches_by_a_person_is_noted_without_the_person(
    parcel: Parcel, communes: dict[str, AdminUnit], slug: str, field: str, value: str
) -> None:
    for viewer in lookers(communes, slug):
        answer = As(viewer).post(
            "/api/layers/parcel_cases/restricted-search",
            {"field": field, "value": value, "purpose": "Hồ sơ H80-15"},
        )

        sees = slug in OFFICERS
        assert answer.status_code == (200 if sees else 404)
        assert leaks(text_of(answer)) == []
        if sees:
            wanted = [parcel.su_id] if communes[WARD].pk in viewer.units else []
            found = [hit["id"] for hit in answer.json()["hits"] if hit["id"] == parcel.su_id]
            assert found == wanted
    noted = AuditEntry.objects.all()
    assert leaks(str(list(noted.values()))) == []
    assert {one.purpose for one in noted} == ({"Hồ sơ H80-15"} if slug in OFFICERS else set())


def test_what_an_action_refuses_names_nobody(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    """Also of a parcel that another commune's officer touches by a serial or a number of the register."""
    asked = As(viewer_as("land_officer", communes[WARD]))
    there = As(viewer_as("land_officer", communes[COMMUNE]))
    other = Parcel.objects.get(commune=communes[COMMUNE])
    path = "/api/layers/parcel_cases/features"
    certificate = {"serial": SERIAL.replace(" ", ""), "registry_number": "1", "authority": "VPĐK"}
    to = {"manner": "sale", "holders": "Lê Văn Sáu; 999000000456", "kind": "CNV"}

    refused = [
        asked.post(f"{path}/{parcel.su_id}/actions/transfer", to),
        asked.post(f"{path}/{parcel.su_id}/actions/mortgage", {"holder": "NH", "reference": "1"}),
        asked.post(f"{path}/{parcel.su_id}/actions/change_of_use", {"uses": "ONT"}),
        asked.post(f"{path}/{parcel.su_id}/actions/merge", {"numbers": "126"}),
        there.post(f"{path}/{other.su_id}/actions/certify", certificate),
        there.post(f"{path}/{other.su_id}/actions/transfer", {**to, "holders": f"Lê Văn Sáu; {NUMBER}"}),
        there.post(f"{path}/{parcel.su_id}/actions/release", {}),
        asked.send("PATCH", f"{path}/{parcel.su_id}", {"attributes": {"land_user": "x"}}, If_Match='"0"'),
        asked.post("/api/layers/parcel_cases/restricted-search", {"field": "land_user", "value": "x"}),
    ]

    assert {answer.status_code for answer in refused} <= {400, 403, 404, 405, 409, 422}
    for answer in refused:
        assert leaks(text_of(answer).replace(NUMBER, "")) == []
    assert leaks(text_of(refused[5])) == []


def test_a_refusal_that_tells_of_the_register_is_noted(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    """That a number or a serial is in the register already: outside the transaction that is taken back."""
    there = As(viewer_as("land_officer", communes[COMMUNE]))
    other = plant(communes[COMMUNE], 127, status="registered")
    path = f"/api/layers/parcel_cases/features/{other.su_id}/actions"
    certificate = {"serial": SERIAL, "registry_number": "1", "authority": "VPĐK", "consent": "7"}
    to = {"manner": "sale", "holders": f"Lê Văn Sáu; {NUMBER}", "kind": "CNV"}

    plain = there.post(f"{path}/transfer", {**to, "holders": "Lê Văn Sáu"})
    told = [there.post(f"{path}/{name}", sent) for name, sent in (("transfer", to), ("certify", certificate))]

    assert [set(answer.json()["fields"]) for answer in (plain, *told)] == [{"holders"}, {"holders"}, {"serial"}]
    noted = AuditEntry.objects.order_by("sequence")
    assert [(one.action, one.layer, one.feature_id, one.login) for one in noted] == [
        ("refusal_told", "parcel_cases", other.su_id, "an")
    ] * 2
    assert [one.detail for one in noted] == [
        {"action": "transfer", "field": "holders"},
        {"action": "certify", "field": "serial"},
    ]
    assert leaks(str(list(noted.values()))) == []
    assert not Party.objects.filter(name="Lê Văn Sáu").exists()


@pytest.mark.parametrize("slug", ROLES)
def test_a_printed_sheet_names_nobody(parcel: Parcel, communes: dict[str, AdminUnit], slug: str) -> None:
    layers = [{"id": "parcels"}] + ([{"id": "parcel_cases"}] if slug in OFFICERS else [])
    order = {"center": [parcel.geom.centroid.x, parcel.geom.centroid.y], "scale": 1_000, "title": "", "layers": layers}
    listed = [{"layer": one["id"], "ids": [parcel.su_id]} for one in layers]
    asked = As(viewer_as(slug, communes[WARD]))

    for sent in (order, {**order, "features": listed[-1]}, {**order, "layers": [{"id": "parcel_cases"}]}):
        assert leaks(text_of(asked.post("/api/print", sent))) == []


def test_an_officers_tag_serves_nobody_else(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    one = f"/api/layers/parcel_cases/features/{parcel.su_id}"
    first = As(viewer_as("land_officer", communes[WARD])).get(one)
    assert first.headers["ETag"]

    for viewer in (ANYONE, viewer_as("steward", communes[WARD]), viewer_as("land_officer", communes[COMMUNE])):
        for path in (one, f"{one}/panel"):
            assert As(viewer).get(path, If_None_Match=first.headers["ETag"]).status_code == 404
    assert "private" in first.headers["Cache-Control"] or "no-store" in first.headers["Cache-Control"]


def test_the_administration_has_no_table_of_the_register() -> None:
    assert [model for model in admin.site._registry if model._meta.app_label == "land_records"] == []


@pytest.mark.django_db(transaction=True)
def test_no_tile_and_no_event_tells_a_planted_word(parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    place = parcel.geom.centroid
    roads = Roads()
    kept: dict[tuple[str, int], Answer] = {}
    mine, there = (viewer_as("land_officer", communes[code]) for code in (WARD, COMMUNE))
    try:
        for viewer in [mine, there, *(viewer_as(slug, communes[WARD]) for slug in ROLES if slug not in OFFICERS)]:
            for zoom in (10, 14, 17, 18):
                where = tile_at(place.x, place.y, zoom)
                for name in ("parcels", "parcel_cases", "parcels,parcel_cases"):
                    answer = roads.tile(viewer, name, where)
                    assert leaks(str(answer.tile) if answer.status == 200 else answer.body) == []
                    features = answer.features("parcel_cases") if answer.status == 200 else []
                    assert viewer is mine or parcel.su_id not in {one["id"] for one in features}
                    assert not {"land_user", "certificate"} & {key for one in features for key in one["properties"]}
                    if viewer is mine and answer.status == 200:
                        kept[name, zoom] = answer
                    elif (name, zoom) in kept:
                        own = kept[name, zoom]
                        tag = own.headers["etag"]
                        again = roads.run(roads.server.get(f"/tiles/{name}/{where}.mvt", viewer, if_none_match=tag))
                        assert again.status != 304 or (answer.status, answer.body) == (200, own.body)
                for condition in (f"land_user = '{MASKED}'", "certificate IS NOT NULL", "x__y = 'x'"):
                    refused = roads.tile(viewer, "parcels", where, filter=condition)
                    assert status_of(refused) == 400
                    assert leaks(refused.body) == []
            heard = roads.heard(viewer, lambda: Parcel.objects.filter(pk=parcel.pk).update(address="Ấp 4"))
            assert leaks(str(heard)) == []
            assert viewer is mine or "parcel_cases" not in {body.get("layer") for _, body in heard} or viewer is there
        assert kept
    finally:
        roads.close()
