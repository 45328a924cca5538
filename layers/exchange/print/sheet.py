"""The whole sheet as one HTML page: the map in its frame, legend and margin beside it, lists on further pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from layers.core import Viewer
from layers.core.roles import role_title
from layers.exchange.print import ink, margin, marks, words
from layers.exchange.print.contents import Content, read_contents
from layers.exchange.print.drawing import Drawn, draw
from layers.exchange.print.inset import inset
from layers.exchange.print.labels import label_svg, placed
from layers.exchange.print.legend import Section, sections, svg
from layers.exchange.print.listing import Listing, listing
from layers.exchange.print.order import Order
from layers.exchange.print.paper import BELOW, BELOW_BARE, COORDINATES, HEAD, MARGIN, Paper, paper
from layers.exchange.print.plane import Plane, fitting
from layers.press.code import qr
from layers.press.letters import letters
from layers.vn2000.coordinates import zone_title
from layers.vn2000.plane import zone_at

ROUND_SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
QR_MM = 25.0
INFO_BESIDE_MM = 84.0
INFO_BELOW_MM = 72.0
COLUMN_MM = 44.0
"""Width of a column of the legend under the map."""
FULL = 0.97
"""Part of the legend's room that is used before it goes on overleaf: words may run over two lines."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet, ready for the press, and the name its file goes by."""

    html: str
    name: str


def sheet(order: Order, viewer: Viewer, base: str) -> Sheet:
    """Read and draw what was asked for, as this viewer may see it.

    Args:
        order: what was asked for.
        viewer: who asks.
        base: the server's own address, without a slash at the end.

    Raises:
        LayerError: a layer, feature or attribute that is not there for this viewer, or a wrong field.
    """
    viewer = replace(viewer, language=order.language) if order.language else viewer
    rows = listing(order, viewer) if order.chosen else None
    page = paper(order.paper, order.orientation, legend=order.legend)
    plane = _plane(order, page, rows)
    contents = read_contents(order, viewer, plane)
    drawn = [draw(one, plane.zoom, height, patterns=order.patterns) for height, one in enumerate(contents)]
    context = _context(order, viewer, base, page, plane, drawn, rows)
    name = "-".join(
        [
            words.UNTITLED.to(viewer.language).lower().replace(" ", "-"),
            f"{plane.scale}",
            f"{timezone.localtime():%Y%m%d-%H%M}",
        ]
    )
    return Sheet(
        html=render_to_string("exchange/sheet.html", context),
        name=name.replace("ả", "a").replace("đ", "d").replace("ồ", "o"),
    )


def _plane(order: Order, page: Paper, rows: Listing | None) -> Plane:
    size = (page.map_width, page.map_height)
    center, scale = order.center, order.scale
    if center is None or scale is None:
        assert rows is not None  # order.read_order asks for both where nothing is chosen
        middle = ((rows.box.west + rows.box.east) / 2, (rows.box.south + rows.box.north) / 2)
        fitted, fit = fitting(rows.box, zone_at(*middle), size, ROUND_SCALES)
        center, scale = center or fitted, scale or fit
    return Plane.around(center, zone_at(*center), scale, size)


def _context(
    order: Order, viewer: Viewer, base: str, page: Paper, plane: Plane, drawn: Sequence[Drawn], rows: Listing | None
) -> dict[str, Any]:
    language, now = viewer.language, timezone.now()
    contents = [one.content for one in drawn]
    shown, overleaf = _fitted(sections(drawn, language), _room(order, page)) if order.legend else ([], [])
    bar, bar_width, bar_height = margin.scale_bar(plane.scale, language)
    code = qr(base + order.link) if order.link else None
    data_at = words.DATA_AT.to(language).format(at=words.moment(order.at or now))
    if order.known_at:
        data_at += ", " + words.KNOWN_AT.to(language).format(at=words.moment(order.known_at))
    today = [one.layer.title.to(language) for one in reversed(contents) if one.is_of_today]
    grid = words.GRID.to(language).format(
        step=words.number(margin.grid_step(plane.scale), language), zone=zone_title(plane.zone).to(language)
    )
    return {
        "language": language,
        "page": page,
        "upright": page.upright,
        **_boxes(order, page),
        "fonts": letters(),
        "title": order.title or words.UNTITLED.to(language),
        "note": order.note,
        "map": _safe(_map(viewer, page, plane, drawn, order, rows)),
        "legend_title": words.LEGEND.to(language),
        "legend_more": words.LEGEND_MORE.to(language),
        "sections": [_section(one) for one in shown],
        "overleaf": [_section(one) for one in overleaf],
        "scale": f"1:{words.number(plane.scale, language)}",
        "scale_word": words.SCALE.to(language),
        "bar": _safe(svg(bar, bar_width, bar_height)),
        "north": _safe(svg(margin.north_arrow(language), 9, 13)),
        "grid": grid,
        "true_scale": words.TRUE_SCALE.to(language),
        "data_at": data_at,
        "today": words.NO_PAST_OF.to(language).format(titles=", ".join(today)) if today else "",
        "printed": words.PRINTED.to(language).format(at=words.moment(now)),
        "printed_by": words.PRINTED_BY.to(language).format(who=_who(viewer)),
        "sources": _sources(contents, language),
        "sources_word": words.SOURCES.to(language),
        "demo": words.DEMO.to(language) if settings.GEO_IOC_DEMO else "",
        "sea": words.SEA.to(language) if plane.scale >= 250_000 else "",
        "qr": _safe(_code(*code)) if code else "",
        "qr_words": (words.BACK if code else words.NO_BACK).to(language) if order.link else "",
        "rows": rows,
        "rows_title": words.CHOSEN.to(language),
    }


def _map(viewer: Viewer, page: Paper, plane: Plane, drawn: Sequence[Drawn], order: Order, rows: Listing | None) -> str:
    names = placed([label for one in drawn for label in one.labels], plane.width, plane.height)
    over = [label_svg(one) for one in names]
    over.append(marks.chosen(rows.features, plane) if rows else "")
    over.append(marks.drawings(order.drawings, plane))
    small = inset(viewer, plane, 30.0 if order.paper == "a4" else 40.0)
    if small:
        body, tall = small
        width = 30.0 if order.paper == "a4" else 40.0
        over.append(
            f'<g transform="translate({plane.width - width - 1.5:.2f} {plane.height - tall - 1.5:.2f})">{body}</g>'
        )
    frame = f'width="{plane.width:.3f}" height="{plane.height:.3f}"'
    inside = "".join([f'<rect {frame} fill="{ink.WATER}"/>', *(one.svg for one in drawn), *over])
    clip = f'<defs><clipPath id="frame"><rect {frame}/></clipPath></defs>'
    edge = f'<rect {frame} fill="none" stroke="{ink.FRAME}" stroke-width="0.35"/>'
    body = f'{clip}<g clip-path="url(#frame)">{inside}</g>{margin.grid(plane)}{edge}'
    wide, tall = plane.width + 2 * COORDINATES, plane.height + 2 * COORDINATES
    return svg(f'<g transform="translate({COORDINATES} {COORDINATES})">{body}</g>', wide, tall)


def _room(order: Order, page: Paper) -> float:
    """Height of all columns of the legend together, mm; a note takes some of it."""
    note = 3.4 * (len(order.note) / 45 + order.note.count("\n") + 2) if order.note else 0
    if page.upright:
        columns = int((page.map_width - INFO_BELOW_MM) // COLUMN_MM)
        return columns * (BELOW[order.paper] - 8) * FULL - note
    return (page.map_height - INFO_BESIDE_MM) * FULL - note


def _boxes(order: Order, page: Paper) -> dict[str, str]:
    """Where legend and margin stand, as CSS."""
    edge, wide = MARGIN + COORDINATES, page.map_width
    bottom = MARGIN + HEAD + page.map_height + 2 * COORDINATES
    if page.upright:
        tall = (BELOW[order.paper] if order.legend else BELOW_BARE) - 2
        columns = int((wide - INFO_BELOW_MM) // COLUMN_MM)
        return {
            "legend_box": f"left:{edge}mm;top:{bottom + 1}mm;width:{wide - INFO_BELOW_MM}mm;height:{tall}mm;overflow:hidden",
            "columns": f"columns:{columns};column-gap:4mm;column-fill:balance",
            "info_box": f"right:{edge}mm;top:{bottom + 1}mm;width:{INFO_BELOW_MM - 4}mm",
        }
    left = edge + wide + COORDINATES + 2
    width = page.width - MARGIN - left
    top, height = MARGIN + HEAD + COORDINATES, page.map_height
    return {
        "legend_box": f"left:{left}mm;top:{top}mm;width:{width}mm;height:{height - INFO_BESIDE_MM}mm;overflow:hidden",
        "info_box": f"left:{left}mm;bottom:{page.height - top - height}mm;width:{width}mm",
    }


def _fitted(found: Sequence[Section], room: float) -> tuple[list[Section], list[Section]]:
    """What finds room beside the map, and what goes overleaf; a layer is never torn apart."""
    shown: list[Section] = []
    for number, one in enumerate(found):
        if sum(other.height for other in shown) + one.height > room:
            return shown, list(found[number:])
        shown.append(one)
    return shown, []


def _section(one: Section) -> dict[str, Any]:
    rows = [{"swatch": _safe(row.swatch), "words": row.words} for row in one.rows]
    return {"title": one.title, "rows": rows, "notes": one.notes}


def _sources(contents: Sequence[Content], language: str) -> str:
    said = [one.layer.source or one.layer.attribution for one in reversed(contents) if one.features]
    return " · ".join(dict.fromkeys(text.to(language) for text in said if text))


def _who(viewer: Viewer) -> str:
    """The role, not the name: a sheet goes from hand to hand."""
    if viewer.device is not None:
        return words.DEVICE.to(viewer.language)
    if viewer.is_public:
        return words.PUBLIC.to(viewer.language)
    return ", ".join(sorted(role_title(slug).to(viewer.language) for slug in viewer.roles)) or words.PUBLIC.to(
        viewer.language
    )


def _code(body: str, squares: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {squares} {squares}"'
        f' style="width:{QR_MM}mm;height:{QR_MM}mm">{body}</svg>'
    )


def _safe(ours: str) -> SafeString:
    """Markup made here: every word of it was escaped where it was written."""
    return mark_safe(ours)  # noqa: S308
