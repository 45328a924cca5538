"""What stations measure: names, units, and the bounds outside which a value is no measurement.

The bounds are the project's own and wide: outside them the device speaks nonsense, and the value is kept as rejected.
Doubtful values inside them are the business of the quality flags.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from layers.core.text import Text

MICROGRAMS: Final = "µg/m³"
MILLIGRAMS: Final = "mg/L"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something measured, in the one unit it is kept in.

    Attributes:
        least, most: a value outside is physically impossible.
    """

    name: str
    title: Text
    unit: str
    precision: int
    least: float
    most: float

    def is_possible(self, value: float) -> bool:
        """Whether a working device can have measured this; NaN is not."""
        return self.least <= value <= self.most


def _of(name: str, vi: str, en: str, unit: str, precision: int, least: float, most: float) -> Quantity:
    return Quantity(name=name, title=Text(vi=vi, en=en), unit=unit, precision=precision, least=least, most=most)


def _air(name: str, title: str, most: float, precision: int = 1) -> Quantity:
    return _of(name, title, title, MICROGRAMS, precision, 0, most)


def _water(name: str, vi: str, en: str, most: float, precision: int = 2) -> Quantity:
    return _of(name, vi, en, MILLIGRAMS, precision, 0, most)


QUANTITIES: Final[Mapping[str, Quantity]] = {
    one.name: one
    for one in (
        _air("pm25", "PM2.5", 5_000),
        _air("pm10", "PM10", 10_000),
        _air("tsp", "TSP", 20_000),
        _air("no", "NO", 10_000),
        _air("no2", "NO₂", 10_000),
        _air("so2", "SO₂", 20_000),
        _air("co", "CO", 500_000, 0),
        _air("o3", "O₃", 5_000),
        _air("h2s", "H₂S", 20_000),
        _air("nh3", "NH₃", 50_000),
        _air("hg_vapour", "Hg", 1_000, 3),
        _of("o2", "Oxy", "Oxygen", "%", 1, 0, 100),
        _of("temperature_c", "Nhiệt độ", "Temperature", "°C", 1, -20, 60),
        _of("humidity", "Độ ẩm", "Humidity", "%", 0, 0, 100),
        _of("pressure", "Áp suất", "Pressure", "hPa", 1, 500, 1_100),
        _of("wind_speed", "Tốc độ gió", "Wind speed", "m/s", 1, 0, 120),
        _of("wind_direction", "Hướng gió", "Wind direction", "°", 0, 0, 360),
        _of("rain", "Lượng mưa", "Rain", "mm", 1, 0, 500),
        _of("flow", "Lưu lượng", "Flow", "m³/h", 1, 0, 1e9),
        _of("color", "Độ màu", "Colour", "Pt-Co", 0, 0, 10_000),
        _of("ph", "pH", "pH", "", 2, 0, 14),
        _of("conductivity", "Độ dẫn điện", "Conductivity", "µS/cm", 0, 0, 200_000),
        _of("turbidity", "Độ đục", "Turbidity", "NTU", 1, 0, 10_000),
        _of("salinity", "Độ mặn", "Salinity", "g/L", 2, 0, 100),
        _water("do", "Oxy hoà tan (DO)", "Dissolved oxygen (DO)", 30),
        _water("tss", "Chất rắn lơ lửng (TSS)", "Suspended solids (TSS)", 50_000, 1),
        _water("bod5", "BOD₅", "BOD₅", 10_000, 1),
        _water("cod", "COD", "COD", 50_000, 1),
        _water("toc", "TOC", "TOC", 20_000, 1),
        _water("n_nh4", "Amoni (N-NH₄)", "Ammonium (N-NH₄)", 5_000),
        _water("n_no3", "Nitrat (N-NO₃)", "Nitrate (N-NO₃)", 5_000),
        _water("n_no2", "Nitrit (N-NO₂)", "Nitrite (N-NO₂)", 1_000, 3),
        _water("p_po4", "Phosphat (P-PO₄)", "Phosphate (P-PO₄)", 1_000, 3),
        _water("total_n", "Tổng nitơ", "Total nitrogen", 10_000, 1),
        _water("total_p", "Tổng phốt pho", "Total phosphorus", 1_000),
        _water("cl", "Clorua", "Chloride", 200_000, 1),
        _water("as", "Asen (As)", "Arsenic (As)", 100, 4),
        _water("cd", "Cadimi (Cd)", "Cadmium (Cd)", 100, 4),
        _water("pb", "Chì (Pb)", "Lead (Pb)", 1_000, 4),
        _water("cr6", "Crom VI", "Chromium VI", 1_000, 4),
        _water("cu", "Đồng (Cu)", "Copper (Cu)", 1_000, 3),
        _water("zn", "Kẽm (Zn)", "Zinc (Zn)", 1_000, 3),
        _water("hg", "Thuỷ ngân (Hg)", "Mercury (Hg)", 100, 4),
        _of("coliform", "Tổng Coliform", "Total coliform", "MPN/100 mL", 0, 0, 1e9),
        _of("e_coli", "E. coli", "E. coli", "MPN/100 mL", 0, 0, 1e9),
        _of("water_level", "Mực nước", "Water level", "m", 2, -20, 500),
    )
}
"""By name. A station's own file and every message are turned into these units when they arrive."""

_TO_UNIT: Final[Mapping[tuple[str, str], float]] = {
    ("mg/m3", MICROGRAMS): 1_000,
    ("mg/nm3", MICROGRAMS): 1_000,
    ("ug/m3", MICROGRAMS): 1,
    ("ug/nm3", MICROGRAMS): 1,
    ("mg/l", MILLIGRAMS): 1,
    ("ug/l", MILLIGRAMS): 0.001,
    ("cm", "m"): 0.01,
    ("m", "m"): 1,
    ("mbar", "hPa"): 1,
    ("ms/cm", "µS/cm"): 1_000,
    ("km/h", "m/s"): 1 / 3.6,
}


def factor(quantity: Quantity, unit: str) -> float | None:
    """What a value in `unit` is multiplied by to be in the quantity's own; None where the unit is none of it.

    An empty unit is the quantity's own. µ and u, ³ and 3, capitals and small letters are the same.
    """
    said = _plain(unit)
    if not said or said == _plain(quantity.unit):
        return 1
    return _TO_UNIT.get((said, quantity.unit))


def _plain(unit: str) -> str:
    # two letters look like µ: the micro sign and the Greek mu
    return unit.strip().lower().replace("µ", "u").replace("μ", "u").replace("³", "3").replace(" ", "")
