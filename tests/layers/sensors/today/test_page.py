"""“Không khí hôm nay”: what it says, what it does not pretend, what it weighs."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from layers.sensors.models import HourlyIndex, Station, StationKind
from layers.sensors.scale import VN_AQI
from layers.sensors.today import web
from layers.sensors.today.board import ink_on
from layers.sensors.today.trend import HEIGHT, MARGIN, WIDTH, trend
from tests.layers.sensors.conftest import NOON

HOUR = timedelta(hours=1)
AT = NOON + timedelta(minutes=12)


@pytest.fixture
def make_air(make_station: Callable[..., Station], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Station]:
    """`make_air(code, aqi, hours)`: a station as it stands at 12:12, with the index of its last hours, oldest first."""
    monkeypatch.setattr(web.timezone, "now", lambda: AT)

    def make(code: str, aqi: int | None, hours: list[int | None] | None = None, **more: object) -> Station:
        values = {"pollutant": "pm25" if aqi else "", "observed_at": NOON, "stale": False, **more}
        station = make_station(code, aqi=aqi, **values)
        hours = [aqi] if hours is None else hours
        HourlyIndex.objects.bulk_create(
            HourlyIndex(station=station, at=NOON - HOUR * ago, aqi=value) for ago, value in enumerate(reversed(hours))
        )
        return station

    return make


def text(client: Client, path: str = "/khong-khi") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    """What a person reads of the page."""
    body = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", body)


def test_a_station_tells_its_index_band_advice_hour_and_age(client: Client, make_air: Callable[..., Station]) -> None:
    station = make_air("KK01", 120)

    said = words(text(client))

    assert "120 Trạm KK01 Kém , chủ yếu do PM2.5" in said
    assert "Chỉ số lúc 12:00, đo lúc 12:00 (12 phút trước)" in said.replace("Chỉ số lúc 12:00 ,", "Chỉ số lúc 12:00,")
    assert "Rút ngắn thời gian ở ngoài nếu thấy khó chịu." in said
    assert "Giảm việc gắng sức ngoài trời, nghỉ nhiều hơn." in said
    assert f'href="/?sel=stations/{station.pk}"' in text(client)


def test_the_province_is_summed_up_by_bands_and_by_the_highest_and_lowest(
    client: Client, make_air: Callable[..., Station]
) -> None:
    for code, aqi in (("KK01", 30), ("KK02", 45), ("KK03", 160)):
        make_air(code, aqi)

    said = words(text(client))

    assert "Tốt : 2 trạm Xấu : 1 trạm" in said
    assert "Cao nhất: 160 – Trạm KK03" in said
    assert "Thấp nhất: 30 – Trạm KK01" in said
    assert said.index("160 Trạm KK03") < said.index("45 Trạm KK02") < said.index("30 Trạm KK01")


@pytest.mark.parametrize(
    ("aqi", "more", "expected"),
    [
        (None, {}, "Trạm có gửi số liệu nhưng chưa đủ để tính chỉ số."),
        (None, {"observed_at": None, "stale": True}, "Trạm chưa gửi số liệu."),
        (None, {"observed_at": NOON - 30 * HOUR, "stale": True}, "không gửi số liệu dùng được từ 06:00 02/11/2026"),
        # the job that marks stale stations stood still: its old index is not the air of now
        (87, {"observed_at": NOON - 4 * HOUR, "stale": False}, "không gửi số liệu dùng được từ 08:00 03/11/2026"),
    ],
)
def test_where_there_is_no_index_the_page_says_so_and_why(
    client: Client, make_air: Callable[..., Station], aqi: int | None, more: dict[str, object], expected: str
) -> None:
    make_air("KK01", aqi, hours=[], **more)

    said = words(text(client))

    assert "Không có dữ liệu" in said
    assert expected.removeprefix("không gửi") in said
    assert "Hiện không trạm nào có chỉ số" in said
    assert "87" not in said


def test_doubtful_values_are_said(client: Client, make_air: Callable[..., Station]) -> None:
    make_air("KK01", 50, flagged=True)

    assert "bị đánh dấu nghi ngờ và không được tính" in text(client)


def test_the_day_is_drawn_with_its_gaps_and_told_in_words(client: Client, make_air: Callable[..., Station]) -> None:
    make_air("KK01", 40, hours=[20, 80, None, None, 60, 40])

    page = text(client)

    assert page.count("<polyline") == 2
    assert "24 giờ qua: thấp nhất 20 lúc 07:00, cao nhất 80 lúc 08:00; 20 giờ không có chỉ số" in words(page)


def test_the_line_breaks_where_hours_are_missing_and_stays_in_its_box() -> None:
    hours = [(NOON + HOUR * at, value) for at, value in enumerate([10, 500, None, 30, None, 60, 70])]

    drawn = trend(hours)

    assert [len(line.split()) for line in drawn.lines] == [2, 2]
    assert len(drawn.dots) == 1
    points = [tuple(map(float, point.split(","))) for line in drawn.lines for point in line.split()]
    assert all(MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= HEIGHT - MARGIN for x, y in points)
    assert (drawn.low, drawn.high, drawn.missing) == ((10, NOON), (500, NOON + HOUR), 2)
    assert trend([(NOON, None)]).last is None


def test_english_is_one_click_away_and_its_own_address(client: Client, make_air: Callable[..., Station]) -> None:
    make_air("KK01", 30)

    for path in ("/khong-khi?lang=en", "/air"):
        answer = client.get(path, headers={"Accept-Language": "vi"})
        assert answer["Content-Language"] == "en"
        assert "The air today" in answer.content.decode()
        assert "Be outdoors as you like." in answer.content.decode()
    assert client.get("/khong-khi", headers={"Accept-Language": "en"})["Content-Language"] == "vi"


def test_a_page_of_forty_stations_weighs_less_than_thirty_kilobytes_and_may_be_kept(
    client: Client, make_air: Callable[..., Station]
) -> None:
    for number in range(45):
        make_air(
            f"KK{number:02}", number * 5, hours=[(number * 7 + hour * 13) % 300 for hour in range(23)] + [number * 5]
        )

    answer = client.get("/khong-khi", headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 30_000
    assert "5 trạm nữa" in gzip.decompress(answer.content).decode()
    assert answer["Cache-Control"].startswith("public, max-age=60")


def test_it_takes_few_statements_however_many_stations(
    client: Client, make_air: Callable[..., Station], django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(10):
        make_air(f"KK{number:02}", 40)

    with django_assert_max_num_queries(8):  # three of rows, the others set and end the time limit
        text(client)


def test_water_stations_are_not_on_it_and_nobodys_phone_is(
    client: Client, make_air: Callable[..., Station], make_station: Callable[..., Station]
) -> None:
    make_air("KK01", 30, duty_phone="0276000000")
    make_station("MN01", StationKind.WATER_LEVEL, ("water_level",))

    page = text(client)

    assert "MN01" not in page
    assert "0276000000" not in page


def test_without_a_database_it_is_a_page_all_the_same(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(web, "board", away)

    answer = client.get("/khong-khi")

    assert answer.status_code == 503
    assert "Chưa đọc được số liệu" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_every_band_can_be_read_on_its_colour() -> None:
    def light(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for band in VN_AQI.bands:
        ink = 0.0 if ink_on(band.color) == "#000" else 1.0
        low, high = sorted((ink, light(band.color)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
