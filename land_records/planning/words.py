"""Words of the public look-up; words about data come with the data."""

from collections.abc import Mapping
from typing import Final

from land_records.planning.parcel import REFERENCE
from layers.core.text import Text

WORDS: Final[Mapping[str, Text]] = {
    "title": Text(vi="Tra cứu quy hoạch thửa đất", en="Planning of a parcel"),
    "first": Text(
        vi="Thửa đất nằm trong quy hoạch nào, mỗi loại đất bao nhiêu mét vuông.",
        en="Which plans a parcel lies in, and how many square metres of each planned use.",
    ),
    "other": Text(vi="English", en="Tiếng Việt"),
    "commune": Text(vi="Xã, phường", en="Commune"),
    "choose": Text(vi="Chọn xã, phường", en="Choose a commune"),
    "sheet": Text(vi="Tờ bản đồ số", en="Map sheet"),
    "parcel": Text(vi="Thửa đất số", en="Parcel number"),
    "ask": Text(vi="Tra cứu", en="Look up"),
    "here": Text(vi="Thửa tôi đang đứng", en="The parcel I stand on"),
    "here_failed": Text(vi="Không biết được vị trí của bạn.", en="Your position could not be found."),
    "none": Text(
        vi="Không tìm thấy thửa đất. Kiểm tra xã, số tờ và số thửa (theo bản đồ địa chính hiện nay).",
        en="No such parcel. Check commune, sheet and number (of today's cadastral map).",
    ),
    "none_in": Text(
        vi="Không tìm thấy thửa {number}, tờ {sheet} ở {place}. Kiểm tra số tờ, số thửa: có thể là số của bản đồ cũ.",
        en="There is no parcel {number} on sheet {sheet} in {place}. Check both numbers: they may be of a former map.",
    ),
    "none_here": Text(
        vi="Không có thửa đất nào trong hệ thống tại điểm này.", en="The system holds no parcel at this point."
    ),
    "bad": Text(
        vi="Số tờ, số thửa là số nguyên; toạ độ là kinh độ, vĩ độ trong Việt Nam.",
        en="Sheet and parcel are whole numbers; coordinates are longitude and latitude within Vietnam.",
    ),
    "several": Text(vi="Có nhiều thửa mang số này. Chọn một:", en="Several parcels carry this number. Choose one:"),
    "use": Text(vi="Đang sử dụng", en="Used as"),
    "recorded": Text(vi="Diện tích pháp lý", en="Recorded area"),
    "measured": Text(vi="Diện tích tính trên bản đồ", en="Area on the map"),
    "planned": Text(vi="Quy hoạch thành", en="Planned use"),
    "no_plan": Text(
        vi="Chưa có quy hoạch nào đang có hiệu lực ở đây trong hệ thống.", en="The system holds no plan in force here."
    ),
    "decision": Text(vi="Quyết định", en="Decision"),
    "of_day": Text(vi="ngày", en="of"),
    "period": Text(vi="Thời kỳ", en="Period"),
    "vision": Text(vi="tầm nhìn", en="vision"),
    "since": Text(vi="Có hiệu lực từ", en="In force since"),
    "sketch": Text(
        vi="Sơ đồ thửa đất và các khu quy hoạch, bắc ở trên; diện tích từng khu ở bảng dưới",
        en="Sketch of the parcel and the zones, north up; the table below gives each zone's area",
    ),
    "north": Text(vi="B", en="N"),
    "legend": Text(vi="Chú giải, diện tích và tỷ lệ của thửa", en="Legend, area and share of the parcel"),
    "total": Text(vi="Cả thửa", en="Whole parcel"),
    "print": Text(vi="In trang này", en="Print this page"),
    "public_map": Text(vi="Bản đồ công khai", en="Public map"),
    "plans": Text(vi="Các quy hoạch đang có hiệu lực", en="Plans in force"),
    "contested": Text(
        vi="Các khu của quy hoạch này chồng lên nhau trong thửa: hỏi cơ quan lập quy hoạch.",
        en="Zones of this plan lie over one another here: ask the authority that made it.",
    ),
    "more": Text(vi="quy hoạch nữa, xem trên bản đồ", en="more plans, on the map"),
    "map": Text(vi="Xem trên bản đồ", en="On the map"),
    "reference": REFERENCE,
    "no_person": Text(
        vi="Trang này không chứa thông tin về người sử dụng đất.", en="This page holds nothing about land users."
    ),
    "demo": Text(vi="Dữ liệu trình diễn, sinh tự động.", en="Demo data, generated."),
    "plane": Text(vi="Tính trên mặt phẳng", en="Measured on"),
    "made": Text(vi="Theo dữ liệu lúc", en="By the data of"),
    "away": Text(
        vi="Chưa đọc được dữ liệu. Thử lại sau ít phút.", en="The data cannot be read. Try again in a few minutes."
    ),
}
