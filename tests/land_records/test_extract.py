"""The extract of the map: true to scale, verifiable by anyone, for officers alone, no person anywhere."""

import ctypes
import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import shapely
import zxingcpp
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from land_records.extract import token
from land_records.extract.content import HIGH_MM, PX_MM, SCALES, WIDE_MM, Extract, scale_of
from land_records.extract.sheet import QR_MM, QUIET, drawing
from land_records.ledger import entry
from land_records.models import Parcel, ParcelUse, Right, Survey
from land_records.panel import case_panel, sketch
from land_records.scale import LandUse
from land_records.terms import TransactionKind
from layers.admin_units.models import AdminUnit
from layers.audit.models import AuditEntry
from layers.core import ANYONE, Viewer
from layers.core.errors import BadRequest, LayerError
from layers.core.panel import to_json
from layers.press.code import qr
from layers.vn2000.plane import to_degrees
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.test_cases import HIDDEN, officer, parcel
from tests.land_records.test_layer import make_parcel

__all__ = ["parcel"]

pytestmark = pytest.mark.django_db

MM = 72 / 25.4
HOST = "http://testserver"
WEST, SOUTH, ZONE = 571_900.0, 1_278_036.0, 9209

Get = Callable[..., Any]


@pytest.fixture
def get() -> Get:
    """`get(viewer, "/path?query")` by the view that answers there; a refusal is raised."""

    def ask(viewer: Viewer, address: str) -> Any:
        request = RequestFactory().get(address)
        request.viewer = viewer  # type: ignore[attr-defined]
        found = resolve(request.path)
        return found.func(request, *found.args, **found.kwargs)

    return ask


@pytest.fixture
def clerk(communes: dict[str, AdminUnit]) -> Viewer:
    """The ward's land officer."""
    return officer(communes[WARD])


def pdf_of(row: Parcel, **more: Any) -> str:
    return f"/api/land/parcels/{row.su_id}/extract.pdf?" + "&".join(f"{name}={value}" for name, value in more.items())


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))


def address_in(content: bytes) -> str:
    """The address the first page prints to be verified, without the host."""
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    # the library marks a hyphen at the end of a line
    whole = re.sub(r"\s", "", re.sub("[\ufffe\u0002]", "-", text[text.index(HOST) :]))
    found = re.match(re.escape(HOST) + r"(/(?:trich-luc|extracts)/[\w.-]+?\.[\w-]{43})", whole)
    assert found, whole
    return found[1]


def surveyed(commune: AdminUnit, shape: shapely.Polygon, number: int = 300) -> Parcel:
    """A parcel with surveyed vertices: a polygon in metres from a corner of the plane of EPSG:9209."""
    own = shapely.transform(shape, lambda points: points + np.array([WEST, SOUTH]))
    (degrees,) = to_degrees([own], ZONE)
    row = make_parcel(commune, 3, number)
    Parcel.objects.filter(pk=row.pk).update(geom=GEOSGeometry(degrees.wkt, srid=4326))
    Survey.objects.create(parcel=row, srid=ZONE, vertices=GEOSGeometry(own.wkt, srid=0))
    return Parcel.objects.get(pk=row.pk)


def circle(corners: int, radius: float) -> shapely.Polygon:
    turns = [math.tau * n / corners for n in range(corners)]
    return shapely.Polygon([(radius * math.cos(a), radius * math.sin(a)) for a in turns])


def outlines(content: bytes) -> Iterator[list[tuple[float, float]]]:
    """Points of the paths on the first page, mm."""
    raw = pypdfium2.raw
    for one in pypdfium2.PdfDocument(content)[0].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=8):
        matrix = one.get_matrix()
        points = []
        for place in range(raw.FPDFPath_CountSegments(one.raw)):
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(one.raw, place), x, y)
            across, up = matrix.on_point(x.value, y.value)
            points.append((across / MM, up / MM))
        yield points


@pytest.mark.parametrize("scale", [None, 500, 1_000, 5_000])
def test_edges_measure_what_the_scale_says(
    get: Get, clerk: Viewer, communes: dict[str, AdminUnit], scale: int | None
) -> None:
    shape = shapely.Polygon([(0, 0), (23.4, 1.2), (25.1, 18.7), (12.05, 16.6), (1.5, 19.9)])
    row = surveyed(communes[WARD], shape)

    content = get(clerk, pdf_of(row, **({"scale": scale} if scale else {}))).content

    said = token.read(address_in(content).rpartition("/")[2])
    edges = [one.edge_m for one in sketch.of(row).vertices()]
    assert said.scale == (scale or 500)
    (drawn,) = [points for points in outlines(content) if len(points) in {6, 7} and _edges(points, said.scale, edges)]
    worst = max(
        abs(measured / edge - 1) for measured, edge in zip(_edges(drawn, said.scale, edges), edges, strict=True)
    )
    assert worst < 0.002
    width, height = pypdfium2.PdfDocument(content)[0].get_size()
    assert (width / MM, height / MM) == pytest.approx((210, 297), abs=0.1)


def _edges(points: list[tuple[float, float]], scale: int, wanted: list[float]) -> list[float]:
    """Lengths on the ground of a drawn ring; none where it is another's."""
    found = [math.dist(a, b) * scale / 1_000 for a, b in pairwise(points)][: len(wanted)]
    near = all(abs(a - b) < 0.05 * b for a, b in zip(found, wanted, strict=True))
    return found if near else []


def test_it_tells_the_parcel_and_no_person(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    make_parcel(parcel.commune, 12, 126)

    answer = get(clerk, pdf_of(parcel))

    text = text_of(answer.content)
    for said in (
        "TRÍCH LỤC BẢN ĐỒ ĐỊA CHÍNH", "Thửa đất số 125", "Tờ bản đồ số 12", WARD, "120,5 m²", "Thế chấp", "Ấp 3",
        "ODT –", "Tỷ lệ 1:2.000", "VN-2000", "126", "X (Bắc, m)", "DỮ LIỆU TRÌNH DIỄN", "Cơ quan đăng ký đất đai",
        "Mã nội dung",
    ):  # fmt: skip
        assert said in text, said
    metadata = pypdfium2.PdfDocument(answer.content).get_metadata_dict()
    assert metadata["Title"] == "Trích lục bản đồ địa chính"
    assert metadata["Author"] == ""
    everything = text + str(metadata) + str(answer.headers) + answer.content.decode("latin-1")
    page = get(ANYONE, address_in(answer.content)).content.decode()
    for hidden in (*HIDDEN, "H*** T***", "an.nguyen"):
        assert hidden not in everything
        assert hidden not in page
        assert hidden.encode("utf-16-be").hex().upper() not in everything.upper()
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert f'filename="trich-luc-{WARD}-12-125.pdf"' in answer["Content-Disposition"]


def test_it_speaks_english(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    content = get(replace(clerk, language="en"), pdf_of(parcel, lang="en")).content

    text = text_of(content)
    for said in ("EXTRACT OF THE CADASTRAL MAP", "Mortgage", "120.5 m²", "Scale 1:2,000", "X (north, m)", "DEMO DATA"):
        assert said in text, said
    assert address_in(content).startswith("/extracts/")


def test_officers_of_the_commune_alone_get_it(get: Get, parcel: Parcel, communes: dict[str, AdminUnit]) -> None:
    here, there = communes[WARD], communes[COMMUNE]
    others = [officer(here, role=one) for one in ("leader", "field_staff", "steward", "operator", "auditor", "admin")]
    for viewer in (ANYONE, *others, officer(there), officer()):
        with pytest.raises(LayerError) as refused:
            get(viewer, pdf_of(parcel))
        assert refused.value.slug in {"unknown_layer", "unknown_feature"}
    assert AuditEntry.objects.filter(action="extract").count() == 0

    for viewer in (officer(here), officer(here, there, role="land_admin")):
        assert get(viewer, pdf_of(parcel)).content.startswith(b"%PDF")

    noted = list(AuditEntry.objects.filter(action="extract"))
    assert [(one.layer, one.feature_id) for one in noted] == [("parcel_cases", parcel.su_id)] * 2
    assert set(noted[0].detail) == {"scale", "at", "known_at", "content"}
    assert not [one for one in HIDDEN if one in str(noted[0].detail)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"scale": "300"}, "scale"),
        ({"scale": "x"}, "scale"),
        ({"scale": "200"}, "scale"),
        ({"at": "2199-01-01"}, "at"),
        ({"known_at": "gestern"}, "known_at"),
        ({"owner": "1"}, "owner"),
    ],
)
def test_what_cannot_be_asked_is_named(
    get: Get, parcel: Parcel, clerk: Viewer, asked: dict[str, str], field: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        get(clerk, pdf_of(parcel, **asked))

    assert refused.value.field == field


def test_the_page_says_genuine_then_newer_then_ended(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    address = address_in(get(clerk, pdf_of(parcel)).content)

    first = get(ANYONE, address)
    with entry(TransactionKind.CORRECTION, ANYONE, effective_on=date(2025, 9, 15)) as made:
        made.revise(Parcel.objects.current().get(su_id=parcel.su_id), {"address": "Ấp 4"})
    second = get(ANYONE, f"{address}?lang=en")
    with entry(TransactionKind.CORRECTION, ANYONE, effective_on=date(2025, 10, 15)) as made:
        made.end(Parcel.objects.current().get(su_id=parcel.su_id))
    third = get(ANYONE, address)

    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    assert "đúng với sổ địa chính" in first.content.decode()
    assert "chưa có biến động nào mới hơn" in first.content.decode()
    for said in (
        "Thế chấp",
        "ODT – ",
        "120,5 m²",
        "Đã cấp giấy chứng nhận",
        "X (Bắc, m)",
    ):  # what a forger would change
        assert said in first.content.decode(), said
    assert "Ấp 3" not in first.content.decode()
    assert "agrees with the land register" in second.content.decode()
    assert "changed on 15/09/2025" in second.content.decode()
    assert "đúng với sổ địa chính" in third.content.decode()
    assert "nay không còn" in third.content.decode()
    assert len(first.content) < 20_000


def test_the_state_of_a_day_is_had_and_verified(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    with entry(TransactionKind.CORRECTION, ANYONE, effective_on=date(2025, 9, 15)) as made:
        made.revise(Parcel.objects.current().get(su_id=parcel.su_id), {"recorded_area_m2": "130.0"})

    before = get(clerk, pdf_of(parcel, at="2025-09-14")).content
    after = get(clerk, pdf_of(parcel, at="2025-09-15")).content

    assert "120,5 m²" in text_of(before)
    assert "Hiện trạng ngày 14/09/2025" in text_of(before)
    assert "130,0 m²" in text_of(after)
    told = get(ANYONE, address_in(before)).content.decode()
    assert "đúng với sổ địa chính" in told
    assert "biến động ngày 15/09/2025" in told
    assert "chưa có biến động nào mới hơn" in get(ANYONE, address_in(after)).content.decode()
    with pytest.raises(LayerError):  # nothing was recorded then
        get(clerk, pdf_of(parcel, known_at="2016-02-01"))


def test_a_register_that_says_otherwise_is_noticed(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    address = address_in(get(clerk, pdf_of(parcel)).content)

    Parcel.objects.filter(pk=parcel.pk).update(recorded_area_m2="220.5")

    assert "không cho lại đúng nội dung" in get(ANYONE, address).content.decode()


def test_a_tampered_token_is_not_ours_without_detail(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    good = address_in(get(clerk, pdf_of(parcel)).content).rpartition("/")[2]
    body, _, signature = good.partition(".")
    others = [good[:-1], good + "A", "x", f"{body}.", f".{signature}", "A" * 5_000, "ă" * 100]
    others += [good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(0, len(good), 7)]

    for other in others:
        answer = get(ANYONE, f"/extracts/{other}")
        told = answer.content.decode()
        assert answer.status_code == 404, other
        assert "not an extract issued by this system" in told
        assert "<dl>" not in told
    assert token.written(token.read(good)) == good


def test_a_key_of_before_is_still_read(get: Get, parcel: Parcel, clerk: Viewer, settings: Any) -> None:
    address = address_in(get(clerk, pdf_of(parcel)).content)

    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert get(ANYONE, address).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert get(ANYONE, address).status_code == 200


def test_the_code_on_paper_is_that_of_the_address(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    content = get(clerk, pdf_of(parcel)).content
    address = HOST + address_in(content)
    found = qr(address)
    assert found is not None
    squares = found[1]

    page = pypdfium2.PdfDocument(content)[0]
    boxes = [one.get_bounds() for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH], max_depth=8)]
    dark = [(west / MM, south / MM, east / MM, north / MM) for west, south, east, north in boxes]
    step = QR_MM / (squares + 2 * QUIET)
    side = step * (squares - 4)
    ((left, _, _, top),) = [
        one for one in dark if abs(one[2] - one[0] - side) < 0.1 and abs(one[3] - one[1] - side) < 0.1
    ]
    seen = page.render(scale=20 / MM * 1.0).to_pil().convert("L")  # 20 dots a millimetre

    assert len(address) <= 200
    height = page.get_height() / MM
    assert _read(seen, left, height - top, step, squares - 4) == _matrix(found[0], squares)


PHOTOS = [
    pytest.param(300, 0.0, 0.0, 0, 1.0, 95, id="as it is printed"),
    pytest.param(150, 0.0, 0.0, 0, 1.0, 95, id="coarse"),
    pytest.param(100, 0.0, 0.0, 0, 1.0, 95, id="coarser"),
    pytest.param(150, 4.0, 0.8, 10, 0.6, 70, id="turned, blurred, grey"),
    pytest.param(150, -7.0, 1.0, 10, 0.6, 60, id="a photocopy, aslant"),
    pytest.param(300, 2.0, 2.0, 10, 0.6, 60, id="out of focus"),
    pytest.param(150, 90.0, 0.8, 10, 0.6, 70, id="from the side"),
]


def test_a_camera_reads_the_code(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    content = get(clerk, pdf_of(parcel)).content
    address = HOST + address_in(content)

    read = {one.id: [code.text for code in zxingcpp.read_barcodes(_photo(content, *one.values))] for one in PHOTOS}

    assert read == {one.id: [address] for one in PHOTOS}


def _photo(
    content: bytes, dpi: int, turned: float, blur: float, noise: int, contrast: float, quality: int
) -> Image.Image:
    """The lower left quarter of the first page as a copier or a telephone takes it."""
    page = pypdfium2.PdfDocument(content)[0].render(scale=dpi / 72).to_pil().convert("L")
    part = page.crop((0, page.height // 2, page.width // 2, page.height))
    part = part.rotate(turned, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=235)
    grey = 128 + (np.asarray(part.filter(ImageFilter.GaussianBlur(blur)), dtype=float) - 128) * contrast
    grey += np.random.default_rng(7).normal(0, noise, grey.shape)
    written = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype("uint8")).save(written, "JPEG", quality=quality)
    return Image.open(written)


@pytest.mark.parametrize(
    ("shape", "scale"),
    [
        pytest.param(shapely.box(0, 0, 2, 4), 100, id="8 m²"),
        pytest.param(shapely.box(0, 0, 1_450, 1_400), 25_000, id="203 ha"),
        pytest.param(shapely.box(0, 0, 80, 60) - shapely.box(30, 20, 50, 35), 1_000, id="with a hole"),
    ],
)
def test_small_and_large_ones_and_holes_are_true_to_scale(
    get: Get, clerk: Viewer, communes: dict[str, AdminUnit], shape: shapely.Polygon, scale: int
) -> None:
    row = surveyed(communes[WARD], shape)

    content = get(clerk, pdf_of(row)).content

    west, south, east, north = shape.bounds
    wanted = ((east - west) * 1_000 / scale, (north - south) * 1_000 / scale)
    spans = [np.ptp(np.array(points), axis=0) for points in outlines(content) if len(points) > 3]
    assert [one for one in spans if one == pytest.approx(wanted, rel=0.002)]
    assert token.read(address_in(content).rpartition("/")[2]).scale == scale


@st.composite
def _stars(draw: st.DrawFn) -> shapely.Polygon:
    """Polygons of 3 to 260 corners, from under a metre to a kilometre across."""
    count = draw(st.integers(3, 260))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    radii = 10 ** draw(st.floats(0.1, 2.9)) * chance.uniform(0.6, 1.0, count)
    turns = math.tau * np.arange(count) / count
    return shapely.Polygon(np.column_stack([radii * np.cos(turns), draw(st.floats(0.3, 1.0)) * radii * np.sin(turns)]))


@settings(max_examples=60, deadline=None)
@given(shape=_stars())
@example(shape=shapely.box(0, 0, 2, 4))
@example(shape=shapely.box(0, 0, 1_450, 1_400))
@example(shape=shapely.box(0, 0, 80, 60) - shapely.box(30, 20, 50, 35))
def test_whatever_is_drawn_keeps_its_scale_and_stays_in_the_frame(shape: shapely.Polygon) -> None:
    own = shapely.transform(shape, lambda points: points + np.array([WEST, SOUTH]))
    made = _drawn_of(own)

    svg = drawing(made, "vi")

    (path,) = re.findall(r'<path d="([^"]+)" fill="none" stroke="#1A1A1A" stroke-width="1.8"/>', svg)
    drawn = [_points(ring) / PX_MM for ring in path.rstrip("Z").split("Z")]
    for ring, true in zip(drawn, (own.exterior, *own.interiors), strict=True):
        edges = np.hypot(*np.diff(np.array(true.coords), axis=0).T) * 1_000 / made.scale
        measured = np.hypot(*np.diff(ring, axis=0).T)
        seen = edges > 1.0  # a shorter one nobody measures on paper
        assert np.all(abs(measured[seen] / edges[seen] - 1) < 0.002)
        assert ring.min() > 0
        assert np.all(ring.max(axis=0) < (WIDE_MM, HIGH_MM))


def _drawn_of(shape: shapely.Polygon) -> Extract:
    row = Parcel(parcel_number=1, land_use="ODT", restrictions=[])
    found = sketch.Sketch(shape=shape, zone=ZONE, surveyed=True, beside=[])
    now = timezone.now()
    return Extract(row=row, sketch=found, uses=[], scale=scale_of(found), at=now, known_at=now)


def _points(ring: str) -> Any:
    return np.array([[float(part) for part in point.split()] for point in ring[1:].split("L")])


def _read(seen: Image.Image, left: float, top: float, step: float, count: int) -> list[str]:
    """The squares as a camera would see them: dark or light in their middle."""
    return [
        "".join(
            "#"
            if seen.getpixel((round((left + (x + 0.5) * step) * 20), round((top + (y + 0.5) * step) * 20))) < 128
            else "."
            for x in range(count)
        )
        for y in range(count)
    ]


def _matrix(path: str, squares: int) -> list[str]:
    rows = [["."] * squares for _ in range(squares)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)", path):
        for place in range(int(run)):
            rows[int(y)][int(x) + place] = "#"
    return ["".join(row[2:-2]) for row in rows[2:-2]]


def test_two_hundred_vertices_go_overleaf(get: Get, clerk: Viewer, communes: dict[str, AdminUnit]) -> None:
    row = surveyed(communes[WARD], circle(200, 40.0))

    content = get(clerk, pdf_of(row)).content

    pages = pypdfium2.PdfDocument(content)
    first, *more = (page.get_textpage().get_text_range() for page in pages)
    corners = [f"{one.x:.2f}".replace(".", ",") for one in sketch.of(row).vertices()]
    assert len(corners) == 200
    assert len(pages) > 1
    assert "X (Bắc, m)" not in first
    assert not [one for one in corners if one not in " ".join(more)]
    assert "Cơ quan đăng ký đất đai" in first
    assert all("Mã nội dung" in one for one in more)


def test_a_parcel_too_large_for_any_scale_is_refused(get: Get, clerk: Viewer, communes: dict[str, AdminUnit]) -> None:
    row = surveyed(communes[WARD], shapely.box(0, 0, 5_000, 900))

    with pytest.raises(BadRequest, match=f"1:{SCALES[-1]}"):
        get(clerk, pdf_of(row))


def test_an_office_has_its_own_layout(get: Get, parcel: Parcel, clerk: Viewer, settings: Any, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text(
        "<title>Mẫu</title><h1>Văn phòng Tân Châu</h1>{{ map }}{{ qr }}<p>{{ parcel }}</p><p>{{ address_to_check }}</p>"
    )
    settings.GEO_IOC_LAND_EXTRACT = own

    assert "Văn phòng Tân Châu" in text_of(get(clerk, pdf_of(parcel)).content)

    own.write_text("{% for %}")
    with pytest.raises(SystemCheckError, match="GEO_IOC_LAND_EXTRACT"):
        call_command("check")


def test_the_officers_panel_leads_to_it(get: Get, parcel: Parcel, clerk: Viewer) -> None:
    found = re.search(r"/api/land/parcels/[^\"']+", str(to_json(case_panel(parcel, clerk), "vi")))

    assert found
    assert get(clerk, found[0]).content.startswith(b"%PDF")
    assert Right.objects.filter(su_id=parcel.su_id).exists()


def test_over_http_strangers_get_404_and_the_public_page_answers_in_both_languages(parcel: Parcel) -> None:
    client = Client()

    refused = client.get(pdf_of(parcel))
    assert refused.status_code == 404
    assert refused.json()["error"] == "unknown_layer"
    for address, said in (("/trich-luc/x", "Không phải trích lục"), ("/extracts/x", "not an extract issued")):
        page = client.get(address)
        assert (page.status_code, page["Referrer-Policy"]) == (404, "no-referrer")
        assert said in page.content.decode()
        assert resolve(address).func.rate_limited


def told(content: bytes) -> list[tuple[bool, int]]:
    """Of each page: whether it is signed, and how many uses it lists."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    return [("Cơ quan đăng ký đất đai" in page, len(re.findall(r"\b[A-Z]{3} – ", page))) for page in pages]


@pytest.mark.parametrize("corners", [4, 200])
def test_signatures_never_stand_alone_on_a_page(
    get: Get, clerk: Viewer, communes: dict[str, AdminUnit], corners: int
) -> None:
    row = surveyed(communes[WARD], circle(corners, 40.0))
    for number, use in enumerate(list(LandUse)[:19], start=1):
        ParcelUse.objects.create(parcel=row, code=use.value, area_m2="10.0")
        if number not in (11, 12, 19):  # from the twelfth on, uses leave the first page no room for signatures
            continue
        pages = told(get(clerk, pdf_of(row)).content)
        assert [is_signed for is_signed, _ in pages].count(True) == 1
        assert all(uses for is_signed, uses in pages if is_signed), pages
