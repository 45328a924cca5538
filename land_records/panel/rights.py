"""Who holds what over a parcel, masked; what limits it; what stands on it; the papers. For officers alone."""

from collections.abc import Iterator

from land_records.models import Asset, Certificate, CertifiedParcel, Parcel, Restriction, Right
from land_records.persons import KINDS, MAX_HOLDERS, ROLES, masked, of_version
from land_records.scans.papers import papers_of
from land_records.terms import AssetKind, DocumentKind, RestrictionKind
from layers.core import Note, Text, Viewer
from layers.core.panel import Block, Column, Table

MAX_ROWS = 50
RESTRICTIONS = {kind.value: kind.title for kind in RestrictionKind}
ASSETS = {kind.value: kind.title for kind in AssetKind}
PAPERS = {kind.value: kind.title for kind in DocumentKind}


def notes(row: Parcel) -> Iterator[Note]:
    """Each kind of open restriction: an officer must not miss it."""
    for kind in row.restrictions:
        title = RESTRICTIONS[kind]
        yield Note(text=Text(vi=f"Đang có hạn chế: {title.vi}.", en=f"Open restriction: {title.en}."), level="danger")


def tables(row: Parcel, viewer: Viewer) -> Iterator[Block]:
    """Rights with masked names, the certificates' printed numbers, restrictions, assets; only those there are."""
    yield from _rights(row, viewer)
    yield from _printed(row)
    yield from _restrictions(row, viewer)
    yield from _assets(row, viewer)


def _rights(row: Parcel, viewer: Viewer) -> Iterator[Table]:
    rights = list(of_version(Right, row).select_related("party").order_by("party_id")[: MAX_HOLDERS + 1])
    if rights:
        yield Table(
            title=Text(vi="Người sử dụng, quản lý (đã che)", en="Users and managers (masked)"),
            columns=[
                Column(name="name", title=Text(vi="Tên", en="Name")),
                Column(name="kind", title=Text(vi="Đối tượng", en="Kind")),
                Column(name="role", title=Text(vi="Vai trò", en="Role")),
                Column(name="share", title=Text(vi="Phần quyền", en="Share")),
            ],
            rows=[
                (
                    masked(right.party.name),
                    KINDS[right.party.kind].to(viewer.language),
                    ROLES[right.role].to(viewer.language),
                    f"{right.numerator}/{right.denominator}",
                )
                for right in rights[:MAX_HOLDERS]
            ],
            truncated=len(rights) > MAX_HOLDERS,
        )


def _printed(row: Parcel) -> Iterator[Table]:
    """What the certificates print, beside what the map says today."""
    printed = list(of_version(CertifiedParcel, row).order_by("certificate_id")[:MAX_ROWS])
    issued = Certificate.objects.as_of(row.valid_from, row.recorded_from)
    days = dict(
        issued.filter(certificate_id__in=[one.certificate_id for one in printed]).values_list(
            "certificate_id", "valid_from"
        )
    )
    if printed:
        yield Table(
            title=Text(vi="Ghi trên giấy chứng nhận", en="As printed on the certificate"),
            columns=[
                Column(name="issued", title=Text(vi="Ngày cấp", en="Issued")),
                Column(name="sheet", title=Text(vi="Tờ", en="Sheet")),
                Column(name="number", title=Text(vi="Thửa", en="Parcel")),
                Column(name="area", title=Text(vi="Diện tích", en="Area"), numeric=True, unit="m²", precision=1),
            ],
            rows=[
                (
                    f"{days[one.certificate_id]:%d/%m/%Y}" if one.certificate_id in days else "",
                    one.printed_sheet,
                    one.printed_number,
                    None if one.printed_area_m2 is None else float(one.printed_area_m2),
                )
                for one in printed
            ],
        )


def _restrictions(row: Parcel, viewer: Viewer) -> Iterator[Table]:
    """Open restrictions; who holds one is shown for a purpose only."""
    found = list(of_version(Restriction, row).order_by("valid_from", "pk")[:MAX_ROWS])
    if found:
        yield Table(
            title=Text(vi="Hạn chế đang có hiệu lực", en="Open restrictions"),
            columns=[
                Column(name="kind", title=Text(vi="Loại", en="Kind")),
                Column(name="since", title=Text(vi="Từ ngày", en="Since")),
                Column(name="authority", title=Text(vi="Cơ quan ghi", en="Authority")),
                Column(name="reference", title=Text(vi="Số văn bản", en="Reference")),
            ],
            rows=[
                (
                    RESTRICTIONS[one.kind].to(viewer.language),
                    f"{one.valid_from:%d/%m/%Y}",
                    one.authority,
                    one.reference,
                )
                for one in found
            ],
        )


def _assets(row: Parcel, viewer: Viewer) -> Iterator[Table]:
    found = list(of_version(Asset, row).order_by("asset_id")[:MAX_ROWS])
    if found:
        yield Table(
            title=Text(vi="Tài sản gắn liền với đất", en="Assets on the land"),
            columns=[
                Column(name="kind", title=Text(vi="Loại", en="Kind")),
                Column(name="name", title=Text(vi="Tên", en="Name")),
                Column(name="built", title=Text(vi="Xây dựng", en="Built"), numeric=True, unit="m²", precision=1),
                Column(name="floor", title=Text(vi="Sàn", en="Floor"), numeric=True, unit="m²", precision=1),
                Column(name="floors", title=Text(vi="Số tầng", en="Storeys"), numeric=True),
            ],
            rows=[
                (
                    ASSETS[one.kind].to(viewer.language),
                    one.name,
                    None if one.built_area_m2 is None else float(one.built_area_m2),
                    None if one.floor_area_m2 is None else float(one.floor_area_m2),
                    one.floors,
                )
                for one in found
            ],
        )


def papers(row: Parcel, viewer: Viewer) -> Iterator[Table]:
    """The papers of the parcel by kind and number; a title may name a person and is shown for a purpose only."""
    columns = ("pk", "kind", "number", "issued_on", "files")
    found = list(papers_of(row).values_list(*columns)[: MAX_ROWS + 1])
    if found:
        yield Table(
            title=Text(vi="Giấy tờ", en="Papers"),
            columns=[
                Column(name="paper", title=Text(vi="Mã", en="No.")),
                Column(name="kind", title=Text(vi="Loại", en="Kind")),
                Column(name="number", title=Text(vi="Số", en="Number")),
                Column(name="issued", title=Text(vi="Ngày", en="Date")),
                Column(name="scans", title=Text(vi="Bản quét", en="Scans"), numeric=True),
            ],
            rows=[
                (str(pk), PAPERS[kind].to(viewer.language), number, f"{issued:%d/%m/%Y}" if issued else "", files)
                for pk, kind, number, issued, files in found[:MAX_ROWS]
            ],
            truncated=len(found) > MAX_ROWS,
        )
