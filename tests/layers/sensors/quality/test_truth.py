"""What the tests find of faults that are known, and what they make of good data: the demo's devices, a real station."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from django.conf import settings
from shapely import Point

from fixtures.stations import COUNTS, LAST_SYLLABLE, Fault, Station, Trouble, sent, troubles
from layers.sensors.quality.evaluate import Track, evaluate
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.table import table

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=12)
WITHHELD = (Flag.SUSPECT, Flag.FAIL)
OF_LOGGER = (Fault.GAP, Fault.LATE)
BEIJING = settings.GEO_IOC_SHARED / "data/air_quality_beijing/PRSA_Data_Aotizhongxin_20130301-20170228.csv"


def demo_stations() -> list[Station]:
    return [
        Station(
            number=number, code=f"TN_DEMO_{LAST_SYLLABLE[kind]}{number:02}", name="", name_en="", kind=kind,
            commune_code="", geom=Point(106, 11), phone="", alerts_m=None,
        )
        for kind, count in COUNTS.items()
        for number in range(1, count + 1)
    ]  # fmt: skip


def test_known_faults_are_found_and_sound_readings_left_alone() -> None:
    episodes, found, sound = Counter[Fault](), Counter[Fault](), Counter[bool]()
    for station in demo_stations():
        known = [one for one in troubles(station, START, END) if one.fault not in OF_LOGGER]
        readings = sent(station, START, END)
        for quantity in station.quantities:
            flags = judged(quantity, [one for one in readings if one.quantity == quantity])
            met = [one for one in known if one.quantity == quantity or one.fault is Fault.CLOCK]
            for one in met:
                during = [flag for at, flag in flags.items() if one.start <= at < one.end]
                if one.quantity == quantity and during:
                    episodes[one.fault] += 1
                    found[one.fault] += any(flag in WITHHELD for flag in during)
            sound.update(flag in WITHHELD for at, flag in flags.items() if not any(bears(one, at) for one in met))

    assert found[Fault.BROKEN] == episodes[Fault.BROKEN] > 5
    assert found[Fault.FLAT] > 0.8 * episodes[Fault.FLAT] > 5
    assert found[Fault.SPIKE] > 0.5 * episodes[Fault.SPIKE] > 5
    assert sound[True] < 0.001 * sound[False]


def bears(one: Trouble, at: datetime) -> bool:
    """Whether a trouble touches what its device sent at a time: a wrong clock is an hour ahead."""
    return one.start <= at < one.end + (timedelta(hours=1) if one.fault is Fault.CLOCK else timedelta())


def judged(quantity: str, readings: list) -> dict[datetime, int]:
    readings = sorted({one.at: one for one in readings}.values(), key=lambda one: one.at)
    track = Track(
        times_s=np.array([one.at.timestamp() for one in readings]),
        values=np.array([one.value for one in readings]),
        faulty=np.array([one.status != "00" for one in readings]),
    )
    flags = evaluate(table().of(quantity), 300, track).flags.tolist()
    return {one.at: flag for one, flag in zip(readings, flags, strict=True)}


@pytest.mark.skipif(not BEIJING.is_file(), reason="the shared reference data are not here")
@pytest.mark.parametrize(
    ("column", "quantity", "most"),
    [("PM10", "pm10", 0.01), ("SO2", "so2", 0.005), ("NO2", "no2", 0.005), ("CO", "co", 0.01), ("O3", "o3", 0.01)],
)
def test_few_of_the_published_hours_of_a_real_station_are_withheld(column: str, quantity: str, most: float) -> None:
    rows = pd.read_csv(BEIJING).dropna(subset=[column])
    times = pd.to_datetime(rows[["year", "month", "day", "hour"]]).to_numpy().astype("datetime64[s]").astype("int64")

    flags = evaluate(
        table().of(quantity), 3_600, Track(times_s=times.astype(float), values=rows[column].to_numpy(float))
    ).flags

    assert flags.size > 30_000
    assert 0 < np.isin(flags, WITHHELD).mean() < most
