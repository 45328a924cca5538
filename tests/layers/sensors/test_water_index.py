"""VN_WQI, classes of surface water and flood states by the worked examples of the reference."""

import pytest

from layers.sensors.index.flood import flood_state
from layers.sensors.index.water import health_exceedances, oxygen_index, saturation, sub_index, water_class, wqi

STATION_A = {
    **{"ph": 7.2, "do": 6.2, "temperature_c": 28, "bod5": 8, "cod": 20, "n_nh4": 0.45},
    **{"n_no3": 3.5, "p_po4": 0.15, "n_no2": 0.03, "coliform": 6_000},
}
RIVER = {"ph": 7.0, "bod5": 5, "cod": 12, "do": 5.4, "total_p": 0.2, "total_n": 1.0, "coliform": 3_000}


@pytest.mark.parametrize(
    ("dissolved", "temperature", "most", "percent", "index"),
    [
        (6.2, 28, 7.72349, 80.2746, 85.1435),
        (9.0, 25, 8.17566, 110.083, 100),
        (3.0, 30, 7.43740, 40.3367, 41.9472),
        (1.0, 25, 8.17566, 12.2314, 10),
    ],
)
def test_oxygen(dissolved: float, temperature: float, most: float, percent: float, index: float) -> None:
    found = oxygen_index(dissolved, temperature)

    assert saturation(temperature) == pytest.approx(most, abs=5e-6)
    assert found.parts[0].value == pytest.approx(percent, abs=5e-4)
    assert found.value == pytest.approx(index, abs=5e-5)


@pytest.mark.parametrize(
    ("parameter", "value", "index"),
    [
        *[("bod5", 8, 69.4444), ("bod5", 12, 58.3333), ("cod", 20, 66.6667), ("cod", 60, 23.5)],
        *[("n_nh4", 0.45, 62.5), ("n_nh4", 2.0, 20.9756), ("n_nh4", 0.29, 100), ("n_nh4", 0.3, 75)],
        *[("n_no3", 3.5, 87.5), ("n_no3", 15.1, 10), ("p_po4", 0.15, 87.5), ("n_no2", 0.03, 100), ("n_no2", 0.06, 10)],
        *[("coliform", 6_000, 65), ("as", 0.03, 66.6667), ("bod5", 80, 10)],
        *[("ph", 5.7, 70), ("ph", 7.2, 100), ("ph", 8.8, 70), ("ph", 5.4, 10), ("ph", 9.1, 10)],
    ],
)
def test_sub_index(parameter: str, value: float, index: float) -> None:
    assert sub_index(parameter, value).value == pytest.approx(index, abs=5e-5)


@pytest.mark.parametrize(
    ("changed", "value", "shown"),
    [({}, 74.54, 75), ({"ph": 8.8}, 52.18, 52), ({"as": 0.03}, 49.69, 50)],
)
def test_index_of_a_station(changed: dict[str, float], value: float, shown: int) -> None:
    index = wqi({**STATION_A, **changed})

    assert index.value == pytest.approx(value, abs=6e-3)
    assert index.shown == shown


def test_the_form_without_weights() -> None:
    assert wqi(STATION_A, weighted=False).shown == 72


@pytest.mark.parametrize("missing", [("ph", "coliform"), ("bod5", "cod", "n_nh4", "n_no3", "p_po4")])
def test_too_little_gives_no_index_and_says_why(missing: tuple[str, ...]) -> None:
    index = wqi({name: value for name, value in STATION_A.items() if name not in missing})

    assert index.value is None
    assert index.missing


def test_the_class_is_the_worst_of_the_parameters() -> None:
    assert water_class(RIVER) == "B"
    assert water_class({**RIVER, "bod5": 11}) == "D"
    assert water_class({"temperature_c": 20}) is None


def test_limits_that_touch_health() -> None:
    assert health_exceedances({"n_nh4": 0.45, "as": 0.01}) == {"n_nh4": pytest.approx(1.5)}


@pytest.mark.parametrize(
    ("reading", "title"),
    [(1.49, "Dưới báo động 1"), (1.5, "BĐ1"), (2.4, "BĐ2"), (2.5, "BĐ3"), (2.85, "BĐ3 + 0,35 m")],
)
def test_flood_levels(reading: float, title: str) -> None:
    assert flood_state(reading, (1.5, 2.0, 2.5)).title.vi == title


def test_above_the_record() -> None:
    assert flood_state(3.2, (1.5, 2.0, 2.5), record_m=3.1).level == 4
