"""Where a water level stands to the alert levels of its gauge (báo động 1, 2, 3)."""

from dataclasses import dataclass

from layers.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodState:
    """Alert level 0 to 3, 4 above the highest level on record; metres above level 3."""

    level: int
    above_m: float
    title: Text


def flood_state(reading_m: float, levels_m: tuple[float, float, float], record_m: float | None = None) -> FloodState:
    """The state of a gauge; a level is reached where the water touches it.

    Args:
        reading_m: the water level, by the gauge's own datum.
        levels_m: its alert levels 1, 2, 3, ascending (decision 05/2020/QĐ-TTg, by station).
        record_m: the highest flood on record.
    """
    level = sum(reading_m >= one for one in levels_m)
    above = round(max(reading_m - levels_m[2], 0.0), 2)
    if record_m is not None and reading_m > record_m:
        return FloodState(level=4, above_m=above, title=Text(vi="Trên mức lịch sử", en="Above the record"))
    if level == 0:
        return FloodState(level=0, above_m=0.0, title=Text(vi="Dưới báo động 1", en="Below alert level 1"))
    more = f" + {above:.2f} m" if above else ""
    title = Text(vi=f"BĐ{level}{more.replace('.', ',')}", en=f"Alert {level}{more}")
    return FloodState(level=level, above_m=above, title=title)
