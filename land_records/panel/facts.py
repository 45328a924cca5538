"""What a parcel is: its name, areas, uses, and what its reader must not miss. No person."""

from collections.abc import Iterator

from land_records.models import Parcel, Source
from land_records.quality.rules import limits
from land_records.scale import LandUse
from land_records.terms import LegalStatus, Origin, UseForm
from layers.core import Note, Stat, State, Text, Viewer
from layers.core.panel import Column, Table

USES = {use.value: use for use in LandUse}
STATUSES = {status.value: status for status in LegalStatus}
ORIGINS = {origin.value: origin.title for origin in Origin}
FORMS = {form.value: form.title for form in UseForm}
MAX_USES = 20

_DEMO = Text(
    vi="Thửa đất do máy sinh ra để trình diễn, không có giá trị pháp lý.",
    en="The parcel is generated for demonstration; it has no legal meaning.",
)
_DIFFERS = Text(
    vi="Diện tích pháp lý và diện tích đo đạc lệch nhau quá mức cho phép.",
    en="The recorded area and the area on the map differ by more than the tolerance.",
)
_LONG_TERM = Text(vi="Lâu dài", en="Long-term")


def title(row: Parcel) -> Text:
    """As a document names it."""
    return Text(
        vi=f"Thửa {row.parcel_number}, tờ bản đồ {row.sheet}", en=f"Parcel {row.parcel_number}, sheet {row.sheet}"
    )


def use_state(row: Parcel) -> State:
    """Its main use in the official colour."""
    use = USES[row.land_use]
    return State(text=Text(vi=f"{use}: {use.title.vi}", en=f"{use}: {use.title.en}"), color=use.color)


def legal_state(row: Parcel) -> State:
    """How far its registration has come."""
    status = STATUSES[row.status]
    return State(text=status.title, color=status.color)


def areas(row: Parcel) -> Iterator[Stat]:
    """The legal area and that of the map."""
    yield Stat(
        title=Text(vi="Diện tích pháp lý", en="Recorded area"),
        value=float(row.recorded_area_m2),
        unit="m²",
        precision=1,
    )
    yield Stat(
        title=Text(vi="Diện tích đo đạc", en="Area on the map"), value=row.computed_area_m2, unit="m²", precision=1
    )


def notes(row: Parcel) -> Iterator[Note]:
    """That the areas differ, that the parcel is of the demo."""
    if limits().areas_differ(float(row.recorded_area_m2), row.computed_area_m2):
        yield Note(text=_DIFFERS, level="warning")
    if row.source == Source.DEMO:
        yield Note(text=_DEMO)


def uses(row: Parcel, viewer: Viewer) -> Table:
    """Each use with its area, origin, form and term."""
    listed = list(row.uses.order_by("-area_m2", "pk")[: MAX_USES + 1])
    return Table(
        title=Text(vi="Mục đích sử dụng", en="Land uses"),
        columns=[
            Column(name="code", title=Text(vi="Loại đất", en="Use")),
            Column(name="area", title=Text(vi="Diện tích", en="Area"), numeric=True, unit="m²", precision=1),
            Column(name="origin", title=Text(vi="Nguồn gốc", en="Origin")),
            Column(name="form", title=Text(vi="Hình thức", en="Form")),
            Column(name="term", title=Text(vi="Thời hạn", en="Term")),
        ],
        rows=[
            (
                use.code,
                float(use.area_m2),
                ORIGINS[use.origin].to(viewer.language) if use.origin else "",
                FORMS[use.form].to(viewer.language),
                use.until.strftime("%d/%m/%Y") if use.until else _LONG_TERM.to(viewer.language),
            )
            for use in listed[:MAX_USES]
        ],
        truncated=len(listed) > MAX_USES,
    )
