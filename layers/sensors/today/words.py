"""Words of the page; words about data come with the data."""

from collections.abc import Mapping
from typing import Final

from layers.core.text import Text

WORDS: Final[Mapping[str, Text]] = {
    "title": Text(vi="Không khí hôm nay", en="The air today"),
    "first": Text(
        vi="Chỉ số chất lượng không khí giờ (VN_AQI) ở từng trạm, và nên làm gì.",
        en="The hourly air quality index (VN_AQI) at every station, and what to do.",
    ),
    "other": Text(vi="English", en="Tiếng Việt"),
    "highest": Text(vi="Cao nhất", en="Highest"),
    "lowest": Text(vi="Thấp nhất", en="Lowest"),
    "all": Text(vi="Hiện ở tất cả trạm", en="At all stations now"),
    "stations": Text(vi="trạm", en="stations"),
    "near": Text(vi="Tìm trạm gần tôi", en="Find the station near me"),
    "near_failed": Text(vi="Không biết được vị trí của bạn.", en="Your position could not be found."),
    "everyone": Text(vi="Mọi người", en="Everyone"),
    "sensitive": Text(
        vi="Trẻ em, người già, người bệnh hô hấp, tim mạch",
        en="Children, elderly, people with lung or heart disease",
    ),
    "hour": Text(vi="Chỉ số lúc", en="Index at"),
    "measured": Text(vi="đo lúc", en="measured at"),
    "ago": Text(vi="phút trước", en="min ago"),
    "mostly": Text(vi="chủ yếu do", en="mostly"),
    "day": Text(vi="24 giờ qua", en="Last 24 hours"),
    "day_low": Text(vi="thấp nhất", en="lowest"),
    "day_high": Text(vi="cao nhất", en="highest"),
    "missing": Text(vi="giờ không có chỉ số", en="hours without an index"),
    "at": Text(vi="lúc", en="at"),
    "none": Text(vi="Không có dữ liệu", en="No data"),
    "none_since": Text(vi="Trạm không gửi số liệu dùng được từ", en="The station has sent nothing usable since"),
    "none_index": Text(
        vi="Trạm có gửi số liệu nhưng chưa đủ để tính chỉ số.", en="The station sends data, too few for an index."
    ),
    "none_ever": Text(vi="Trạm chưa gửi số liệu.", en="The station has not sent data yet."),
    "nowhere": Text(
        vi="Hiện không trạm nào có chỉ số. Trang này không đoán thay.",
        en="No station has an index now. This page does not guess.",
    ),
    "flagged": Text(
        vi="Có giá trị trong giờ này bị đánh dấu nghi ngờ và không được tính.",
        en="Some values of this hour are doubtful and do not count.",
    ),
    "map": Text(vi="Trên bản đồ, và cách tính chỉ số", en="On the map, and how the index is made"),
    "more": Text(vi="trạm nữa, xem trên bản đồ", en="more stations, on the map"),
    "scale": Text(vi="Thang VN_AQI", en="The scale of VN_AQI"),
    "source": Text(
        vi="VN_AQI theo Quyết định 1459/QĐ-TCMT ngày 12/11/2019; lời khuyên viết gọn theo quyết định này.",
        en="VN_AQI by decision 1459/QĐ-TCMT of 12/11/2019; the advice is our short wording of it.",
    ),
    "demo": Text(vi="Dữ liệu trình diễn, sinh tự động.", en="Demo data, generated."),
    "made": Text(vi="Trang lập lúc", en="Page made at"),
    "data": Text(vi="Dữ liệu mở (SensorThings)", en="Open data (SensorThings)"),
    "away": Text(
        vi="Chưa đọc được số liệu. Thử lại sau ít phút.", en="The data cannot be read. Try again in a few minutes."
    ),
}
