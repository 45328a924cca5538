"""`/land/statistics`: a form on screen for the land offices, what explains its differences, and the file of it.

To others the page is not there, as the files are not (`web`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from land_records.figures import decimal
from land_records.statistics.figures import year_before
from land_records.statistics.question import EARLIEST, office, question, today
from land_records.statistics.report import FORMS, shown
from land_records.statistics.sheets import LEAD, M2, MORE_M2, Cell, Sheet
from land_records.statistics.uses import lineage
from layers.admin_units.models import AdminUnit
from layers.core.errors import BadRequest, UnknownFeature, UnknownLayer
from layers.core.limit import at_most, rate_limited
from layers.core.text import Text
from layers.core.viewer import Viewer

log = structlog.get_logger(__name__)

TITLE: Final = Text(vi="Thống kê đất đai", en="Land statistics")
READ_S: Final = 30.0
TITLES: Final = {
    "01": Text(vi="01/TKKK – Diện tích đất đai", en="01/TKKK – Areas of land"),
    "05": Text(vi="05/TKKK – Chu chuyển diện tích", en="05/TKKK – Transitions of uses"),
}
_AWAY = Text(
    vi="Chưa lập được biểu: cơ sở dữ liệu bận hoặc cần quá lâu. Thử lại sau, hoặc chọn một xã.",
    en="The form could not be made: the database is busy or needs too long. Try again later, or choose a commune.",
)
_ALL = Text(vi="{name} ({count} xã, phường)", en="{name} ({count} communes)")
_OWN = Text(vi="Toàn địa bàn phụ trách", en="All you answer for")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row as shown: its use, how deep it stands under its whole, its code, then figures as people write them."""

    use: str
    depth: int
    code: str
    figures: Sequence[str]
    is_sum: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A sheet as shown: columns and rows of nothing are left out, and of the reconciliation uses that stayed."""

    title: str
    above: Sequence[str]
    heads: Sequence[Sequence[str]]
    lines: Sequence[_Line]
    below: Sequence[str]


@never_cache
@require_safe
@rate_limited
def page(request: HttpRequest) -> HttpResponse:
    """The form asked for (`form`, `commune`, `on`, `since`); where nothing is, as of today beside a year before."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    given = _given(request.GET)
    faults: dict[str, str] = {}
    status = 200
    context: dict[str, Any] = {}
    try:
        _, own = office(viewer)
        with at_most(READ_S):
            context = {"places": _places(own, given["commune"], viewer.language)}
            wanted = question(viewer, given["form"], _as_query(given))
            sheets = shown(wanted.form, wanted.communes, wanted.asked, wanted.parcels)
        context["sheets"] = [_shown(one, viewer.language) for one in sheets]
        context["file"] = _file(given, viewer.language)
    except (UnknownLayer, UnknownFeature) as fault:
        raise Http404 from fault
    except BadRequest as fault:
        faults[fault.field or ""], status = _words(fault, viewer.language), 400
    except DatabaseError:
        log.warning("statistics_page_without_database", exc_info=True)
        faults[""], status = _AWAY.to(viewer.language), 503
    context |= {
        "given": given,
        "forms": [(name, TITLES[name].to(viewer.language)) for name in FORMS],
        "faults": faults,
        "fault": faults.get("", ""),
        "earliest": EARLIEST,
        "today": today(),
        "lang": request.GET.get("lang", ""),
    }
    return render(request, "land_records/statistics.html", context, status=status)


def _given(query: QueryDict) -> dict[str, str]:
    """What stands in the page's form; the first time, today and a year before."""
    if "form" in query:
        return {name: query.get(name, "").strip() for name in ("form", "commune", "on", "since")}
    on = today()
    asked = {name: text.strip() for name in ("commune", "on", "since") if (text := query.get(name))}
    return {"form": FORMS[0], "commune": "", "on": on.isoformat(), "since": year_before(on).isoformat(), **asked}


def _as_query(given: dict[str, str]) -> QueryDict:
    return QueryDict(urlencode({name: text for name, text in given.items() if name != "form"}))


def _file(given: dict[str, str], language: str) -> str:
    asked = {name: given[name] for name in ("on", "since", "commune") if given[name]}
    return f"/api/land/statistics/{given['form']}.xlsx?{urlencode({**asked, 'lang': language})}"


def _words(fault: BadRequest, language: str) -> str:
    """Why a field is refused, without its name in an address."""
    text = fault.message.to(language).removeprefix(f"{fault.field}: ")
    return text[:1].upper() + text[1:]


def _places(own: "QuerySet[AdminUnit, Any]", chosen: str, language: str) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen: all communes together where there are several, then each."""
    units = list(own.select_related("parent").order_by("name_key"))
    found = [(unit.code, _name(unit, language), unit.code == chosen) for unit in units]
    if len(units) == 1:
        return found
    parents = {unit.parent_id: unit.parent for unit in units}
    whole = next(iter(parents.values())) if len(parents) == 1 else None
    is_whole = whole is not None and whole.children.filter(is_current=True).count() == len(units)
    name = _name(whole, language) if whole is not None and is_whole else _OWN.to(language)
    return [("", _ALL.format(name=name, count=len(units)).to(language), not chosen), *found]


def _name(unit: AdminUnit, language: str) -> str:
    return unit.name_en if language == "en" else unit.full_name


def _shown(sheet: Sheet, language: str) -> _Shown:
    rows = sheet.table[sheet.heads :]
    numbers = range(LEAD, len(sheet.table[0]))
    kept = [number for number in numbers if any(row[number].value for row in rows)]
    title, *above = sheet.above
    heads = [row for row in sheet.table[: sheet.heads] if any(row[number].value for number in kept)]
    return _Shown(
        title=title,
        above=above,
        heads=[[_text(row[number], language) for number in (1, 2, *kept)] for row in heads],
        lines=list(_lines(sheet, rows, kept, language)),
        below=sheet.below,
    )


def _lines(sheet: Sheet, rows: Sequence[Sequence[Cell]], kept: Sequence[int], language: str) -> Iterator[_Line]:
    for place, row in enumerate(rows):
        if place and not any(cell.value for cell in row[sheet.tells_from :]):
            continue
        code, words = str(row[2].value), str(row[1].value)
        yield _Line(
            use=words.strip(),
            depth=len(lineage(code)) - 1 if code else 0,
            code=code,
            figures=[_text(row[number], language) for number in kept],
            is_sum=row[1].bold,
        )


def _text(cell: Cell, language: str) -> str:
    """A figure with the decimals and the sign that its format gives it."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    if isinstance(cell.value, int) or not cell.value:
        return decimal(cell.value, 0, language)
    text = decimal(abs(cell.value), 1 if cell.format in (M2, MORE_M2) else 2, language)
    sign = "−" if cell.value < 0 else "+" if cell.format.startswith("+") else ""
    return f"{sign}{text}"
