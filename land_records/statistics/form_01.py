"""Form 01/TKKK on a sheet: areas by use and kind of land user."""

from collections.abc import Sequence

from land_records.statistics.areas import USERS, Row
from land_records.statistics.sheets import CODE, ORDER, USE, Asked, Cell, Sheet, is_sum, lines, use_name
from land_records.terms import MANAGERS, PartyKind
from layers.core.text import Text

_TOTAL = Text(vi="Tổng diện tích", en="Total area")
_USED = Text(vi="Tổng theo người sử dụng đất", en="All land users")
_MANAGED = Text(vi="Tổng theo người được giao quản lý", en="All managers")
_UNKNOWN = Text(vi="Chưa xác định", en="Undetermined")
_FORM = Text(vi="Biểu 01/TKKK. Thống kê, kiểm kê diện tích đất đai", en="Form 01/TKKK. Areas of land")
_ON = Text(vi="Đến ngày {on:%d/%m/%Y}; đơn vị tính: {unit}", en="As of {on:%Y-%m-%d}; unit: {unit}")
_NOTES = (
    Text(
        vi="(4) = (5) + (18) + chưa xác định. Chưa xác định: sổ chưa có người sử dụng hoặc quản lý của thửa đất.",
        en="(4) = (5) + (18) + undetermined: the register knows no land user or manager of the parcel.",
    ),
    Text(
        vi="Diện tích pháp lý của thửa đất, chia theo phần của từng người; làm tròn 0,01 ha sao cho tổng không đổi; "
        "toàn bộ bằng tổng các xã đã làm tròn.",
        en="Recorded areas of parcels, divided by shares; rounded to 0.01 ha so that sums hold; all is the sum of "
        "the communes as rounded.",
    ),
)


def form_01(title: str, name: str, rows: Sequence[Row], asked: Asked) -> Sheet:
    """Form 01, its rows in steps of 0.01 ha."""
    to = asked.language
    kinds = [kind.value for kind in PartyKind]
    titles = {kind.value: f"{kind.title.to(to)} ({kind.value})" for kind in PartyKind}
    managers = [kind.value for kind in MANAGERS]
    heads = [ORDER.to(to), USE.to(to), CODE.to(to), _TOTAL.to(to), _USED.to(to)]
    heads += [*(titles[kind] for kind in kinds if kind in USERS), _MANAGED.to(to), *(titles[kind] for kind in managers)]
    numbers = [f"({number})" for number in range(1, len(heads) + 1)]
    table = [[Cell(value=head, bold=True) for head in line] for line in ([*heads, _UNKNOWN.to(to)], [*numbers, ""])]
    for order, row in enumerate(rows):
        steps = [row.total, row.used, *(row.by_kind[kind] for kind in USERS)]
        steps += [row.managed, *(row.by_kind[kind] for kind in managers), row.undetermined]
        bold = is_sum(row.code)
        lead = [order or "", use_name(row.code, to), row.code]
        table.append([Cell(value=value, bold=bold) for value in (*lead, *(step / 100 for step in steps))])
    return Sheet(
        title=title,
        above=[_FORM.to(to), name, *lines(asked, _ON)],
        table=table,
        below=[note.to(to) for note in _NOTES],
        heads=2,
    )
