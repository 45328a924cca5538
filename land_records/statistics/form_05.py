"""Form 05/TKKK on a sheet, in ha and in m², and the two days' areas reconciled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from land_records.figures import decimal
from land_records.scale import LandUse
from land_records.statistics.reconciliation import Difference, Kinds, reconciled
from land_records.statistics.sheets import (
    CODE,
    HA,
    M2,
    MORE_HA,
    MORE_M2,
    ORDER,
    USE,
    Asked,
    Cell,
    Sheet,
    is_sum,
    lines,
    use_name,
)
from land_records.statistics.transition import OTHER, Cells, rows
from land_records.statistics.uses import allotted, lineage, rounded
from land_records.terms import TransactionKind
from layers.core.text import Text

ALL: Final = "*"
"""Row or column of all uses; beside it `OTHER` is what came or went otherwise."""
_FORM = Text(vi="Biểu 05/TKKK. Chu chuyển diện tích các loại đất", en="Form 05/TKKK. Transitions of land uses")
_BETWEEN = Text(
    vi="Từ ngày {since:%d/%m/%Y} đến ngày {on:%d/%m/%Y}; đơn vị tính: {unit}",
    en="From {since:%Y-%m-%d} to {on:%Y-%m-%d}; unit: {unit}",
)
_START, _END = Text(vi="Diện tích đầu kỳ", en="Area at the start"), Text(vi="Diện tích cuối kỳ", en="Area at the end")
_GAINED, _LOST = Text(vi="Tăng khác", en="Other gain"), Text(vi="Giảm khác", en="Other loss")
_CHANGE = Text(vi="Tăng (+), giảm (−)", en="Difference")
_NOTES = (
    Text(
        vi="Hàng: loại đất đầu kỳ; cột: loại đất cuối kỳ. Mã có phần con là tổng. Tăng, giảm khác: đính chính, "
        "đăng ký mới, hoặc diện tích pháp lý đổi mà không chuyển từ loại đất khác.",
        en="Rows: use at the start; columns: use at the end. A code with parts is their sum. Other gains and losses: "
        "corrections, new registrations, recorded areas that changed without coming from another use.",
    ),
    Text(
        vi="Bảng ha: tổng hàng bằng biểu 01 đầu kỳ; tổng cột có thể lệch biểu 01 cuối kỳ vài phần trăm ha do làm tròn. "
        "Bảng m² không làm tròn.",
        en="In ha the rows add up to form 01 of the start; the columns may differ from form 01 of the end by a few "
        "hundredths, by rounding. The sheet in m² is not rounded.",
    ),
)
_RECONCILED = Text(vi="Đối soát diện tích giữa hai ngày", en="Areas of the two days reconciled")
_UNEXPLAINED = Text(vi="Chưa giải thích được", en="Unexplained")
_SAME = Text(vi="Diện tích của mọi loại đất không đổi.", en="No use's area changed.")
_ALL_TOLD = Text(
    vi="{changed} loại đất thay đổi; {number} biến động giải thích hết chênh lệch.",
    en="{changed} uses changed; {number} transactions explain every difference.",
)
_LEFT = Text(
    vi="{changed} loại đất thay đổi; {number} biến động trong kỳ, còn {vi} m² tăng, giảm chưa giải thích được.",
    en="{changed} uses changed; {number} transactions between the days, gains and losses of {en} m² stay unexplained.",
)
_NUMBER = Text(vi="Số biến động", en="Transactions")
_NOTE_RECONCILED = Text(
    vi="Mỗi cột là phần tăng (+), giảm (−) do các biến động có hiệu lực trong kỳ và còn giá trị. Chưa giải thích được: "
    "thửa vào hoặc ra khỏi sổ không qua biến động nào.",
    en="Each column is what transactions that took effect between the days, and stand, added or took away. "
    "Unexplained: parcels that came or went by no transaction.",
)
KINDS: Final = {kind.value: kind.title for kind in TransactionKind}


def hectares(cells: Cells) -> dict[tuple[str, str], int]:
    """A commune's matrix in 0.01 ha: rows rounded as form 01 of the start is, then each over its columns."""
    by_row: dict[str, dict[str, int]] = {}
    for (before, after), tenths in sorted(cells.items()):
        by_row.setdefault(before, {})[after] = tenths
    starts = {code: sum(parts.values()) for code, parts in by_row.items() if code != OTHER}
    wholes = {**rounded(starts), **rounded({code: rows(cells)[code] for code in by_row if code == OTHER})}
    return {
        (before, after): part
        for before, parts in by_row.items()
        for after, part in zip(parts, allotted(wholes[before], list(parts.values())), strict=True)
    }


def spread(cells: Cells) -> dict[tuple[str, str], int]:
    """The matrix with every code's wholes on both sides, `ALL` above the three groups."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for (before, after), steps in cells.items():
        for row in _wholes(before):
            for column in _wholes(after):
                found[row, column] += steps
    return dict(found)


def _said(found: Mapping[str, Difference], kinds: Kinds) -> Text:
    """In a sentence: whether the transactions explain what differs."""
    changed = sum(one.start != one.end for one in found.values())
    left = sum(abs(one.unexplained) for one in found.values())
    number = len(frozenset[int]().union(*(one.transactions for one in kinds.values())))
    if left:
        return _LEFT.format(
            changed=changed, number=number, vi=decimal(left / 10, 1, "vi"), en=decimal(left / 10, 1, "en")
        )
    return _ALL_TOLD.format(changed=changed, number=number) if changed else _SAME


def _wholes(code: str) -> list[str]:
    return [OTHER] if code == OTHER else [*lineage(code), ALL]


def matrix_sheet(title: str, name: str, cells: Cells, unit: str, asked: Asked) -> Sheet:
    """Form 05 over the uses that occur; `cells` are in 0.01 ha or, where the unit is m², in 0.1 m²."""
    to = asked.language
    step, number, signed = (100, HA, MORE_HA) if unit == "ha" else (10, M2, MORE_M2)
    found = spread(cells)
    uses = [use.value for use in LandUse if any(use.value in pair for pair in found)]

    def line(
        order: object, words: str, code: str, areas: Sequence[int | None], *, bold: bool, form: str = number
    ) -> list[Cell]:
        shown = [None if area is None else area / step for area in areas]
        return [Cell(value=one, bold=bold, format=form) for one in (order, words, code, *shown)]

    heads = [ORDER.to(to), USE.to(to), CODE.to(to), _START.to(to), *uses, _LOST.to(to)]
    table = [[Cell(value=head, bold=True) for head in heads]]
    starts = {code: found.get((code, ALL), 0) + found.get((code, OTHER), 0) for code in (ALL, *uses)}
    ends = {code: found.get((ALL, code), 0) + found.get((OTHER, code), 0) for code in (ALL, *uses)}
    for order, code in enumerate((ALL, *uses)):
        shown = "" if code == ALL else code
        areas = [starts[code], *(found.get((code, after)) for after in uses), found.get((code, OTHER))]
        table.append(line(order or "", use_name(shown, to), shown, areas, bold=is_sum(shown)))
    gained = [found.get((OTHER, ALL)), *(found.get((OTHER, after)) for after in uses), None]
    table.append(line("", _GAINED.to(to), "", gained, bold=False))
    table.append(line("", _END.to(to), "", [ends[ALL], *(ends[code] for code in uses), None], bold=True))
    change = [ends[code] - starts[code] for code in (ALL, *uses)]
    table.append(line("", _CHANGE.to(to), "", [*change, None], bold=True, form=signed))
    notes = [note.to(to) for note in _NOTES]
    above = [_FORM.to(to), name, *lines(asked, _BETWEEN, unit)]
    return Sheet(title=title, above=above, table=table, below=notes)


def reconciliation_sheet(title: str, name: str, cells: Cells, kinds: Kinds, asked: Asked) -> Sheet:
    """What of each use's difference each kind of transaction explains, in m²."""
    to = asked.language
    found = reconciled(cells, kinds)
    listed = list(kinds)
    heads = [ORDER.to(to), USE.to(to), CODE.to(to), _START.to(to), _END.to(to), _CHANGE.to(to)]
    heads += [*(KINDS[kind].to(to) for kind in listed), _UNEXPLAINED.to(to)]
    table = [[Cell(value=head, bold=True) for head in heads]]
    numbers = [len(kinds[kind].transactions) for kind in listed]
    table.append([Cell(value=one) for one in ("", _NUMBER.to(to), "", "", "", "", *numbers, "")])
    sums: Mapping[str, list[int]] = defaultdict(lambda: [0] * (len(listed) + 4))
    for code, one in found.items():
        areas = [one.start, one.end, one.end - one.start, *(one.by_kind[kind] for kind in listed), one.unexplained]
        for whole in _wholes(code):
            sums[whole][:] = [had + more for had, more in zip(sums[whole], areas, strict=True)]
    codes = [ALL, *(use.value for use in LandUse if use.value in sums)]
    for order, code in enumerate(codes):
        shown = "" if code == ALL else code
        lead = [Cell(value=one, bold=is_sum(shown)) for one in (order or "", use_name(shown, to), shown)]
        forms = [M2, M2, *[MORE_M2] * (len(listed) + 2)]
        for area, form in zip(sums[code], forms, strict=True):
            lead.append(Cell(value=area / 10, bold=is_sum(shown), format=form))
        table.append(lead)
    above = [_RECONCILED.to(to), name, *lines(asked, _BETWEEN, "m²"), _said(found, kinds).to(to)]
    below = [_NOTE_RECONCILED.to(to)]
    return Sheet(title=title, above=above, table=table, below=below, heads=2, tells_from=heads.index(_CHANGE.to(to)))
