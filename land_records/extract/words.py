"""Words of the extract and of the page that verifies it; words about data come with the data."""

from collections.abc import Mapping
from typing import Final

from layers.core.text import Text

WORDS: Final[Mapping[str, Text]] = {
    "title": Text(vi="Trích lục bản đồ địa chính", en="Extract of the cadastral map"),
    "parcel": Text(vi="Thửa đất số", en="Parcel number"),
    "sheet": Text(vi="Tờ bản đồ số", en="Map sheet"),
    "commune": Text(vi="Xã, phường", en="Commune"),
    "address": Text(vi="Địa chỉ thửa đất", en="Parcel address"),
    "identifier": Text(vi="Mã định danh thửa đất", en="Parcel identifier"),
    "recorded": Text(vi="Diện tích pháp lý", en="Recorded area"),
    "computed": Text(vi="Diện tích đo đạc", en="Area on the map"),
    "status": Text(vi="Tình trạng pháp lý", en="Legal status"),
    "use": Text(vi="Loại đất", en="Land use"),
    "uses": Text(vi="Mục đích sử dụng đất", en="Land uses"),
    "area": Text(vi="Diện tích (m²)", en="Area (m²)"),
    "origin": Text(vi="Nguồn gốc", en="Origin"),
    "form": Text(vi="Hình thức", en="Form"),
    "term": Text(vi="Thời hạn", en="Term"),
    "long_term": Text(vi="Lâu dài", en="Long-term"),
    "restrictions": Text(vi="Hạn chế đang có", en="Open restrictions"),
    "none": Text(vi="Không có", en="None"),
    "scale": Text(vi="Tỷ lệ", en="Scale"),
    "system": Text(vi="Hệ tọa độ", en="Coordinate system"),
    "surveyed": Text(vi="tọa độ đo đạc", en="surveyed vertices"),
    "carried": Text(vi="tọa độ tính từ bản đồ", en="vertices taken from the map"),
    "true_scale": Text(
        vi="In ở mức 100 %, không chọn “vừa trang giấy”. Số xám: thửa giáp ranh. Độ dài cạnh tính bằng mét.",
        en="Print at 100 %, not “fit to page”. Grey numbers: neighbouring parcels. Lengths of edges in metres.",
    ),
    "vertices": Text(vi="Bảng kê tọa độ đỉnh thửa và chiều dài cạnh", en="Vertices and lengths of edges"),
    "more": Text(vi="Bảng chỉ ghi các đỉnh đầu tiên.", en="Only the first vertices are listed."),
    "vertex": Text(vi="Đỉnh", en="Vertex"),
    "x": Text(vi="X (Bắc, m)", en="X (north, m)"),
    "y": Text(vi="Y (Đông, m)", en="Y (east, m)"),
    "edge": Text(vi="Cạnh (m)", en="Edge (m)"),
    "north": Text(vi="B", en="N"),
    "as_of": Text(vi="Hiện trạng ngày", en="State of"),
    "known": Text(vi="theo sổ đến", en="as the register knew it at"),
    "version": Text(vi="biến động gần nhất ngày", en="last change on"),
    "maker": Text(vi="Người trích lục", en="Made by"),
    "sign": Text(vi="(Ký, ghi rõ họ tên)", en="(Signature, full name)"),
    "office": Text(vi="Cơ quan đăng ký đất đai", en="Land registration office"),
    "seal": Text(vi="(Ký, đóng dấu)", en="(Signature, seal)"),
    "day": Text(vi="Ngày …… tháng …… năm ………", en="Date …… / …… / ………"),
    "check": Text(
        vi="Quét mã để kiểm tra trích lục này là thật và thửa đất đã có biến động hay chưa.",
        en="Scan to verify that this extract is genuine and whether the parcel has changed since.",
    ),
    "code": Text(vi="Mã nội dung", en="Content code"),
    "page": Text(vi="Trang", en="Page"),
    "demo": Text(vi="DỮ LIỆU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", en="DEMO DATA – NO LEGAL MEANING"),
    "check_title": Text(vi="Kiểm tra trích lục bản đồ", en="Verify an extract of the map"),
    "other": Text(vi="English", en="Tiếng Việt"),
    "genuine": Text(
        vi="Trích lục này do hệ thống này cấp và đúng với sổ địa chính.",
        en="This extract was issued by this system and agrees with the land register.",
    ),
    "differs": Text(
        vi="Mã do hệ thống này cấp, nhưng sổ địa chính không cho lại đúng nội dung ấy. Hỏi cơ quan đăng ký đất đai.",
        en="The code was issued by this system, but the register does not give the same content again."
        " Ask the land registration office.",
    ),
    "not_ours": Text(
        vi="Không phải trích lục do hệ thống này cấp.", en="This is not an extract issued by this system."
    ),
    "current": Text(
        vi="Đến nay thửa đất chưa có biến động nào mới hơn.", en="The parcel has not changed since, as of now."
    ),
    "newer": Text(
        vi="Sổ địa chính đã có nội dung mới hơn trích lục này: biến động ngày",
        en="The register says something newer than this extract: changed on",
    ),
    "ended": Text(
        vi="Thửa đất này nay không còn (đã tách, hợp hoặc bị hủy số thửa).",
        en="This parcel is no more (it was split, merged or its number cancelled).",
    ),
    "compare": Text(
        vi="So từng dòng và mã nội dung với tờ giấy; khác một chỗ thì tờ giấy đã bị sửa.",
        en="Compare each line and the content code with the paper; where one differs the paper was changed.",
    ),
    "no_person": Text(vi="Trang này không có thông tin về người sử dụng đất.", en="This page knows no land user."),
    "away": Text(
        vi="Hệ thống tạm thời không trả lời được. Thử lại sau ít phút.",
        en="The system cannot answer for the moment. Try again in some minutes.",
    ),
}
