"""The words of a sheet, and numbers as a language writes them."""

from datetime import datetime

from layers.core import Text
from layers.core.time import LOCAL

UNTITLED = Text(vi="Bản đồ", en="Map")
LEGEND = Text(vi="Chú giải", en="Legend")
LEGEND_MORE = Text(vi="Chú giải (tiếp)", en="Legend (continued)")
SCALE = Text(vi="Tỷ lệ", en="Scale")
NORTH = Text(vi="B", en="N")
SOURCES = Text(vi="Nguồn", en="Sources")
DATA_AT = Text(vi="Dữ liệu lúc {at}", en="Data as of {at}")
KNOWN_AT = Text(vi="theo điều đã biết lúc {at}", en="as known at {at}")
NO_PAST = Text(vi="Không có quá khứ, hiện số liệu hôm nay.", en="Has no past: shown as today.")
NO_PAST_OF = Text(vi="Không có quá khứ, hiện số liệu hôm nay: {titles}", en="No past, shown as today: {titles}")
PRINTED = Text(vi="In lúc {at} (giờ Việt Nam)", en="Printed at {at} (Vietnam time)")
PRINTED_BY = Text(vi="Người in: {who}", en="Printed by: {who}")
PUBLIC = Text(vi="công khai", en="the public")
DEVICE = Text(vi="thiết bị", en="a device")
BACK = Text(vi="Quét để mở lại bản đồ này", en="Scan to open this map again")
NO_BACK = Text(vi="Liên kết quá dài cho mã QR", en="The link is too long for a QR code")
GRID = Text(vi="Lưới {step} m · {zone}", en="Grid {step} m · {zone}")
TRUE_SCALE = Text(vi="In 100%, không “vừa trang giấy”", en="Print at 100%, not “fit to page”")
DEMO = Text(vi="DỮ LIỆU TRÌNH DIỄN · không phải số liệu thật", en="DEMO DATA · not real figures")
DRAWINGS = Text(vi="Hình vẽ thêm", en="Drawings")
CHOSEN = Text(vi="Đối tượng trong danh sách", en="Features of the list")
NO_DATA = Text(vi="Chưa có dữ liệu", en="No data")
SEA = Text(
    vi="Quần đảo Hoàng Sa và quần đảo Trường Sa thuộc Việt Nam.", en="Hoàng Sa and Trường Sa belong to Việt Nam."
)
NUMBER = Text(vi="STT", en="No.")
NAME = Text(vi="Tên", en="Name")
FILTERED = Text(vi="Lọc: {filter}", en="Filter: {filter}")

NOTHING_HERE = Text(vi="Không có đối tượng nào trong tờ này.", en="No feature on this sheet.")
TOO_DETAILED = Text(vi="Quá chi tiết ở tỷ lệ này nên không vẽ.", en="Too detailed for this scale: not drawn.")
GATHERED = Text(
    vi="Gộp theo ô vì quá dày ở tỷ lệ này: {count} đối tượng.",
    en="Gathered into squares at this scale: {count} features.",
)
SOME = Text(vi="Chỉ vẽ {shown} trong {count} đối tượng.", en="Only {shown} of {count} features are drawn.")
SLOW = Text(
    vi="Không đọc kịp lớp này; in lại với tỷ lệ lớn hơn.",
    en="This layer could not be read in time; print a larger scale.",
)
NO_SHAPES = Text(vi="Lớp ảnh hoặc lớp động: không in.", en="Pictures or moving things: not printed.")
UPDATED = Text(vi="Cập nhật {at}", en="Updated {at}")
CUT = Text(vi="Hình được giản lược vì tờ quá dày.", en="Shapes are simplified: the sheet is too dense.")
YES, NO = Text(vi="Có", en="Yes"), Text(vi="Không", en="No")


def number(value: float, language: str, decimals: int | None = None) -> str:
    """`1.234,5` in Vietnamese, `1,234.5` in English; as many decimals as it has, unless told."""
    if decimals is None:
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:,.{decimals}f}"
    return text if language == "en" else text.translate(_SWAPPED)


_SWAPPED = str.maketrans(",.", ".,")


def moment(at: datetime) -> str:
    """Local time and day, as both languages write them here."""
    return f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
