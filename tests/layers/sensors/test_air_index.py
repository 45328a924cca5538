"""VN_AQI by the worked examples of decision 1459/QĐ-TCMT and of the reference; limits by the day they hold on."""

from datetime import date

import pytest

from layers.sensors.index.air import daily_aqi, exceedance, hourly_aqi, limit_on, nowcast
from layers.sensors.index.derivation import on_ladder
from layers.sensors.scale import ADVICE, AQI_LADDERS, VN_AQI

SAMPLE = [20.6, 19.6, 22.4, 20.3, 16.5, 19.0, 16.5, 19.5, 23.5, 20.5, 24.7, 26.9]
GAPS = [60, None, 55, 50, 48, None, 40, 38, 36, 35, 34, 33]


@pytest.mark.parametrize(
    ("hours", "value"),
    [
        (SAMPLE, 20.2658),
        (SAMPLE[::-1], 23.9825),
        ([100, 200, 300, 400, 350, 450, 150, 120, 220, 340, 110, 360], 183.0574),
        (GAPS, 56.5545),
        ([80, 70, 60, 30, *[20] * 8], 68.1368),
        ([0] * 12, 0),
    ],
)
def test_nowcast(hours: list[float | None], value: float) -> None:
    assert nowcast(hours).value == pytest.approx(value, abs=5e-5)


def test_the_decisions_sample() -> None:
    index = hourly_aqi({"pm25": SAMPLE})

    assert (round(index.parts[0].parts[0].value or 0, 1), index.shown) == (20.3, 41)
    assert index.value == pytest.approx(40.53, abs=5e-3)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        ({"pm10": [100, 200, 300, 400, 350, 450, 150, 120, 220, 340, 110, 360]}, 117),
        ({"pm25": GAPS}, 111),
        ({"pm25": [80, 70, 60, 30, *[20] * 8]}, 130),
        ({"pm25": SAMPLE, "no2": [118.7], "o3": [137.6]}, 59),
    ],
)
def test_hourly_index(hours: dict[str, list[float | None]], shown: int) -> None:
    assert hourly_aqi(hours).shown == shown


@pytest.mark.parametrize(
    ("ladder", "concentration", "index"),
    [
        ("pm25", 25, 50),
        ("pm25", 25.1, 50.2),
        ("pm25", 35.4, 70.8),
        ("pm25", 50, 100),
        ("pm25", 120, 178.57),
        ("pm25", 400, 433.33),
        ("pm25", 600, 500),
        ("pm10", 120, 85),
        ("pm10", 460, 350),
        ("no2", 118.7, 59.35),
        ("no2", 250, 105),
        ("so2", 400, 112.5),
        ("co", 12_500, 56.25),
        ("o3", 137.6, 43),
        ("o3", 180, 75),
        ("o3_8h", 110, 75),
        ("o3_8h", 401, None),
    ],
)
def test_sub_index(ladder: str, concentration: float, index: float | None) -> None:
    found, formula = on_ladder(AQI_LADDERS[ladder], concentration)

    assert found == (index if index is None else pytest.approx(index, abs=5e-3))
    assert f"{concentration:,g}" in formula.to("en")


@pytest.mark.parametrize(
    "hours", [{"pm25": [60, None, None, 50, 50, 50]}, {"no2": [80]}, {"pm25": []}, {"pm25": [None] * 12, "o3": [90]}]
)
def test_without_enough_particles_there_is_no_index_and_it_is_said_why(hours: dict[str, list[float | None]]) -> None:
    index = hourly_aqi(hours)

    assert (index.value, index.shown) == (None, None)
    assert index.missing


def test_a_day_needs_three_quarters_of_its_hours() -> None:
    assert daily_aqi({"pm25": [30.0] * 18 + [None] * 6}).shown == 60
    assert daily_aqi({"pm25": [30.0] * 17 + [None] * 7}).value is None


def test_a_days_ozone_is_the_worse_of_one_hour_and_eight() -> None:
    steady, spike = [115.0] * 24, [20.0] * 23 + [180.0]

    assert daily_aqi({"pm25": [10.0] * 24, "o3": steady}).value == pytest.approx(87.5)
    assert daily_aqi({"pm25": [10.0] * 24, "o3": spike}).value == pytest.approx(75)


def test_ozone_off_the_scale_of_eight_hours_counts_by_the_hour() -> None:
    assert daily_aqi({"pm25": [10.0] * 24, "o3": [500.0] * 24}).value == pytest.approx(225)


def test_the_limit_is_that_of_the_day() -> None:
    before = exceedance("pm25", 24, 48, date(2025, 12, 20))
    after = exceedance("pm25", 24, 48, date(2026, 1, 5))

    assert [one.value for one in (before, after) if one] == [pytest.approx(0.96), pytest.approx(1.067, abs=5e-4)]
    assert limit_on("pm25", 24, date(2020, 1, 1)) is None


def test_a_level_begins_at_its_whole_number() -> None:
    bands = {value: VN_AQI.band(value) for value in (0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500)}

    assert [band.title.vi for band in bands.values() if band] == [
        *("Tốt", "Tốt", "Trung bình", "Trung bình", "Kém", "Kém"),
        *("Xấu", "Xấu", "Rất xấu", "Rất xấu", "Nguy hại", "Nguy hại"),
    ]
    assert set(ADVICE) == {band.start for band in VN_AQI.bands}


def test_the_derivation_leads_back_to_what_was_measured() -> None:
    index = hourly_aqi({"pm25": SAMPLE})
    particles = index.parts[0]
    mean = particles.parts[0]

    assert particles.formula
    assert particles.formula.to("en") == "(50 − 0) ÷ (25 − 0) × (20.2658 − 0) + 0"
    assert particles.formula.to("vi") == "(50 − 0) ÷ (25 − 0) × (20,2658 − 0) + 0"
    assert mean.formula
    assert mean.formula.to("vi").endswith("w = max(16,5 ÷ 26,9; ½) = 0,61338")
    assert [hour.value for hour in mean.parts] == SAMPLE
    assert "1459/QĐ-TCMT" in index.rule
