"""Scales and limits of the environment, each with its source: bands, breakpoints, legal limits and their dates.

Concentrations in air are µg/m³ at 25 °C and 760 mmHg, CO too; in water mg/L unless the name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from layers.core.scale import Band, Steps
from layers.core.text import Text

DECISION_1459: Final = "1459/QĐ-TCMT, 12/11/2019"
"""Technical guide to compute and publish VN_AQI."""
DECISION_1460: Final = "1460/QĐ-TCMT, 12/11/2019"
"""Technical guide to compute and publish VN_WQI."""

VN_AQI: Final = Steps(
    [
        Band(start=0, color="#00E400", title=Text(vi="Tốt", en="Good")),
        Band(start=51, color="#FFFF00", title=Text(vi="Trung bình", en="Moderate")),
        Band(start=101, color="#FF7E00", title=Text(vi="Kém", en="Poor")),
        Band(start=151, color="#FF0000", title=Text(vi="Xấu", en="Bad")),
        Band(start=201, color="#8F3F97", title=Text(vi="Rất xấu", en="Very bad")),
        Band(start=301, color="#7E0023", title=Text(vi="Nguy hại", en="Hazardous")),
    ]
)
"""Levels of VN_AQI, an integer from 0 to 500 (decision 1459/QĐ-TCMT)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do at a level: everyone; children, the elderly, people with lung or heart disease."""

    everyone: Text
    sensitive: Text


ADVICE: Final[Mapping[float, Advice]] = {
    0: Advice(
        everyone=Text(vi="Tự do hoạt động ngoài trời.", en="Be outdoors as you like."),
        sensitive=Text(vi="Tự do hoạt động ngoài trời.", en="Be outdoors as you like."),
    ),
    51: Advice(
        everyone=Text(vi="Tự do hoạt động ngoài trời.", en="Be outdoors as you like."),
        sensitive=Text(
            vi="Theo dõi triệu chứng, rút ngắn việc gắng sức.", en="Watch for symptoms, shorten heavy exercise."
        ),
    ),
    101: Advice(
        everyone=Text(vi="Rút ngắn thời gian ở ngoài nếu thấy khó chịu.", en="Spend less time outdoors if unwell."),
        sensitive=Text(
            vi="Giảm việc gắng sức ngoài trời, nghỉ nhiều hơn.", en="Reduce heavy activity outdoors, rest more."
        ),
    ),
    151: Advice(
        everyone=Text(
            vi="Hạn chế hoạt động lâu hoặc gắng sức ngoài trời.", en="Limit long or heavy activity outdoors."
        ),
        sensitive=Text(vi="Nên ở trong nhà; ra ngoài thì đeo khẩu trang.", en="Stay in; wear a mask if you go out."),
    ),
    201: Advice(
        everyone=Text(
            vi="Hạn chế ra ngoài, đóng cửa sổ, đeo khẩu trang.", en="Limit being outdoors, close windows, wear a mask."
        ),
        sensitive=Text(vi="Ở trong nhà.", en="Stay indoors."),
    ),
    301: Advice(
        everyone=Text(
            vi="Ở trong nhà; có triệu chứng thì đi khám.", en="Stay indoors; see a doctor if you have symptoms."
        ),
        sensitive=Text(
            vi="Ở trong nhà; có triệu chứng thì đi khám.", en="Stay indoors; see a doctor if you have symptoms."
        ),
    ),
}
"""By the start of the level in `VN_AQI`; our words for the advice of decision 1459/QĐ-TCMT."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A quantity turned into an index: straight lines between points, fixed values outside them.

    Attributes:
        points: (quantity, index), quantities ascending.
        below: index under the first point; None: there is none.
        beyond: index over the last point; None: there is none.
    """

    points: tuple[tuple[float, float], ...]
    below: float | None
    beyond: float | None


def _aqi(*concentrations: float, beyond: float | None = 500) -> Ladder:
    return Ladder(tuple(zip(concentrations, _AQI_STEPS, strict=False)), below=None, beyond=beyond)


_AQI_STEPS = (0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0)

AQI_LADDERS: Final[Mapping[str, Ladder]] = {
    "pm25": _aqi(0, 25, 50, 80, 150, 250, 350, 500),
    "pm10": _aqi(0, 50, 150, 250, 350, 420, 500, 600),
    "no2": _aqi(0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "so2": _aqi(0, 125, 350, 550, 800, 1600, 2100, 2630),
    "co": _aqi(0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "o3": _aqi(0, 160, 200, 300, 400, 800, 1000, 1200),
    "o3_8h": _aqi(0, 100, 120, 170, 210, 400, beyond=None),
}
"""Concentration in µg/m³ → VN_AQI (decision 1459/QĐ-TCMT); above the last point 500, O3 over 8 h has no index there."""


def _wqi(*limits: float) -> Ladder:
    return Ladder(tuple(zip(limits, (100.0, 75.0, 50.0, 25.0, 10.0), strict=False)), below=100, beyond=10)


def _within(limit: float) -> Ladder:
    return Ladder(((limit, 100.0),), below=100, beyond=10)


WQI_LADDERS: Final[Mapping[str, Ladder]] = {
    "ph": Ladder(((5.5, 50), (6.0, 100), (8.5, 100), (9.0, 50)), below=10, beyond=10),
    "do_percent": Ladder(
        ((20, 25), (50, 50), (75, 75), (88, 100), (112, 100), (125, 75), (150, 50), (200, 25)), below=10, beyond=10
    ),
    "bod5": _wqi(4, 6, 15, 25, 50),
    "cod": _wqi(10, 15, 30, 50, 150),
    "toc": _wqi(4, 6, 15, 25, 50),
    # Under 0.3 mg/L the index is 100, at 0.3 it is 75: the decision's table jumps.
    "n_nh4": Ladder(((0.3, 75), (0.6, 50), (0.9, 25), (5, 10)), below=100, beyond=10),
    "n_no3": _wqi(2, 5, 10, 15),
    "n_no2": _within(0.05),
    "p_po4": _wqi(0.1, 0.2, 0.3, 0.5, 4),
    "coliform": _wqi(2_500, 5_000, 7_500, 10_000),
    "e_coli": _wqi(20, 50, 100, 200),
    "as": _wqi(0.01, 0.02, 0.05, 0.1),
    "cd": _wqi(0.005, 0.008, 0.01, 0.1),
    "pb": _wqi(0.02, 0.04, 0.05, 0.5),
    "cr6": _wqi(0.01, 0.02, 0.04, 0.1),
    "cu": _wqi(0.1, 0.2, 0.5, 1.0, 2.0),
    "zn": _wqi(0.5, 1.0, 1.5, 2.0, 3.0),
    "hg": _wqi(0.001, 0.0015, 0.002, 0.01),
    "aldrin_ug": _within(0.1),
    "bhc_ug": _within(0.02),
    "dieldrin_ug": _within(0.1),
    "ddt_ug": _within(1.0),
    "heptachlor_ug": _within(0.2),
}
"""Quantity → sub-index of VN_WQI (decision 1460/QĐ-TCMT); coliforms per 100 mL, pesticides (`_ug`) in µg/L."""

WQI_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "I": ("ph",),
    "II": ("aldrin_ug", "bhc_ug", "dieldrin_ug", "ddt_ug", "heptachlor_ug"),
    "III": ("as", "cd", "pb", "cr6", "cu", "zn", "hg"),
    "IV": ("do_percent", "bod5", "cod", "toc", "n_nh4", "n_no3", "n_no2", "p_po4"),
    "V": ("coliform", "e_coli"),
}
"""Groups of parameters of VN_WQI (decision 1460/QĐ-TCMT)."""

VN_WQI: Final = Steps(
    [
        Band(start=0, color="#7E0023", title=Text(vi="Ô nhiễm rất nặng", en="Very heavily polluted")),
        Band(start=10, color="#FF0000", title=Text(vi="Kém", en="Very poor")),
        Band(start=26, color="#FF7E00", title=Text(vi="Xấu", en="Poor")),
        Band(start=51, color="#FFFF00", title=Text(vi="Trung bình", en="Moderate")),
        Band(start=76, color="#00E400", title=Text(vi="Tốt", en="Good")),
        Band(start=91, color="#3333FF", title=Text(vi="Rất tốt", en="Very good")),
    ]
)
"""Levels of VN_WQI, an integer from 0 to 100 (decision 1460/QĐ-TCMT)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit value of a regulation over [starts, ends): a mean over `hours` (8,760: a year) may not be above it."""

    pollutant: str
    hours: int
    value: float
    starts: date
    ends: date | None = None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the limit is in force on that day."""
        return self.starts <= day and (self.ends is None or day < self.ends)


QCVN_05: Final = "QCVN 05:2023/BTNMT"
HOUR, EIGHT_HOURS, DAY, YEAR = 1, 8, 24, 8_760
_IN_FORCE = date(2023, 9, 12)
_STRICTER = date(2026, 1, 1)


def _air(pollutant: str, hours: int, value: float, starts: date = _IN_FORCE, ends: date | None = None) -> Limit:
    return Limit(pollutant=pollutant, hours=hours, value=value, starts=starts, ends=ends, source=QCVN_05)


AIR_LIMITS: Final = (
    _air("so2", HOUR, 350),
    _air("so2", DAY, 125),
    _air("so2", YEAR, 50),
    _air("co", HOUR, 30_000),
    _air("co", EIGHT_HOURS, 10_000),
    _air("no2", HOUR, 200),
    _air("no2", DAY, 100),
    _air("no2", YEAR, 40),
    _air("o3", HOUR, 200),
    _air("o3", EIGHT_HOURS, 120),
    _air("tsp", HOUR, 300),
    _air("tsp", DAY, 200),
    _air("tsp", YEAR, 100),
    _air("pm10", DAY, 100),
    _air("pm10", YEAR, 50),
    _air("pm25", DAY, 50, ends=_STRICTER),
    _air("pm25", DAY, 45, starts=_STRICTER),
    _air("pm25", YEAR, 25),
)
"""Ambient air, µg/Nm³ (QCVN 05:2023/BTNMT, circular 01/2023/TT-BTNMT); TSP and the year of PM10 as in 2013."""

QCVN_08: Final = "QCVN 08:2023/BTNMT"

WATER_HEALTH_LIMITS: Final[Mapping[str, float]] = {
    "n_no2": 0.05,
    "n_nh4": 0.3,
    "as": 0.01,
    "cd": 0.005,
    "pb": 0.02,
    "cr6": 0.01,
    "cu": 0.1,
    "zn": 0.5,
    "hg": 0.001,
    "aldrin_ug": 0.1,
    "bhc_ug": 0.02,
    "dieldrin_ug": 0.1,
    "ddt_ug": 1.0,
    "heptachlor_ug": 0.2,
}
"""Limits that touch health, of what VN_WQI reads (QCVN 08:2023/BTNMT, table 1)."""

WATER_CLASSES: Final[Mapping[str, tuple[float, float, float]]] = {
    "bod5": (4, 6, 10),
    "cod": (10, 15, 20),
    "toc": (4, 6, 8),
    "total_p": (0.1, 0.3, 0.5),
    "total_n": (0.6, 1.5, 2.0),
    "coliform": (1_000, 5_000, 7_500),
    "thermotolerant_coliform": (200, 1_000, 1_500),
}
"""Most of classes A, B, C of rivers and canals; what is above is D (QCVN 08:2023/BTNMT, table 2)."""
WATER_CLASSES_DO: Final = (6.0, 5.0, 4.0)
"""Least dissolved oxygen of classes A, B, C, mg/L (QCVN 08:2023/BTNMT, table 2)."""
WATER_CLASSES_PH: Final = ((6.5, 8.5), (6.0, 8.5), (6.0, 8.5))
"""Range of pH of classes A, B, C (QCVN 08:2023/BTNMT, table 2)."""

FLOOD: Final = Steps(
    [
        Band(start=0, color="#1B6E3C", title=Text(vi="Dưới báo động", en="Below alert")),
        Band(start=1, color="#FFFF00", title=Text(vi="Báo động 1", en="Alert level 1")),
        Band(start=2, color="#FF7E00", title=Text(vi="Báo động 2", en="Alert level 2")),
        Band(start=3, color="#FF0000", title=Text(vi="Báo động 3", en="Alert level 3")),
        Band(start=4, color="#8F3F97", title=Text(vi="Trên mức lịch sử", en="Above the record")),
    ]
)
"""State of a gauge; its levels are set for each by decision 05/2020/QĐ-TTg. Colours are the project's own."""
