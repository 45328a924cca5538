"""VN_AQI of an hour and of a day (decision 1459/QĐ-TCMT), and how a mean stands to its legal limit.

Hours are means in µg/m³, newest first where an order is named; an hour without a valid mean is None.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from layers.core.text import Text
from layers.sensors.index.derivation import Derivation, Formula, given, on_ladder
from layers.sensors.scale import AIR_LIMITS, AQI_LADDERS, DECISION_1459, Limit

Hours = Sequence[float | None]

NAMES = {
    "pm25": "PM2.5",
    "pm10": "PM10",
    "no2": "NO₂",
    "so2": "SO₂",
    "co": "CO",
    "o3": "O₃",
    "tsp": "TSP",
}
PARTICLES = ("pm25", "pm10")
GASES = ("no2", "so2", "co", "o3")
UNIT = "µg/m³"

NOWCAST_HOURS = 12
NEWEST = 3
LEAST_OF_NEWEST = 2
LEAST_SHARE = 0.75
"""Share of its hours that a mean needs."""
EIGHT = 8

HOURLY = Text(vi="VN_AQI giờ", en="Hourly VN_AQI")
DAILY = Text(vi="VN_AQI ngày", en="Daily VN_AQI")
NO_PARTICLES = Text(vi="Thiếu PM2.5 và PM10: không có chỉ số.", en="Neither PM2.5 nor PM10: there is no index.")
TOO_FEW_NEW = Text(vi="Có ít hơn 2 trong 3 giờ gần nhất.", en="Fewer than 2 of the latest 3 hours.")
TOO_FEW = Text(vi="Có ít hơn 75 % số giờ.", en="Fewer than 75 % of the hours.")
NOTHING = Text(vi="Không có số liệu.", en="There are no data.")
OFF_THE_SCALE = Text(vi="Vượt thang của trung bình 8 giờ: lấy chỉ số 1 giờ.", en="Off the 8-hour scale: 1 hour counts.")


def nowcast(hours: Hours) -> Derivation:
    """The weighted mean of up to 12 hourly means, newest first: the fresher, the heavier where the air changes fast.

    The sum is divided by the weights at w = 1/2 too, where the decision leaves that out: with 12 hours the difference
    is 0.02 %, and with missing ones only the quotient is a mean.
    """
    name = Text(vi="Nowcast 12 giờ", en="12-hour Nowcast")
    latest = list(hours[:NOWCAST_HOURS])
    known = [(ago, value) for ago, value in enumerate(latest) if value is not None]
    if sum(ago < NEWEST for ago, _ in known) < LEAST_OF_NEWEST:
        parts = tuple(given(_hours_ago(ago), value, UNIT) for ago, value in enumerate(latest))
        return Derivation(name=name, value=None, unit=UNIT, rule=DECISION_1459, missing=TOO_FEW_NEW, parts=parts)
    highest, lowest = max(value for _, value in known), min(value for _, value in known)
    weight = max(lowest / highest, 0.5) if highest > 0 else 1.0
    weights = [weight**ago for ago, _ in known]
    weighted = sum(share * value for share, (_, value) in zip(weights, known, strict=True))
    pattern = "Σ wⁱ·c ÷ Σ wⁱ = {} ÷ {}; w = max({} ÷ {}; ½) = {:.5g}"
    formula = Formula(pattern, (weighted, sum(weights), lowest, highest, weight))
    parts = tuple(
        given(_hours_ago(ago), value, UNIT, None if value is None else weight**ago) for ago, value in enumerate(latest)
    )
    return Derivation(
        name=name, value=weighted / sum(weights), unit=UNIT, formula=formula, rule=DECISION_1459, parts=parts
    )


def hourly_aqi(hours: Mapping[str, Hours]) -> Derivation:
    """VN_AQI of an hour.

    Args:
        hours: by pollutant (`pm25` `pm10` `no2` `so2` `co` `o3`) the hourly means, newest first: twelve of the
            particles, one of the gases.
    """
    particles = [_sub_index(one, one, nowcast(hours[one])) for one in PARTICLES if one in hours]
    gases = [_sub_index(one, one, _newest(hours[one])) for one in GASES if one in hours]
    return _worst(HOURLY, particles, gases)


def daily_aqi(day: Mapping[str, Hours]) -> Derivation:
    """VN_AQI of a day.

    Args:
        day: by pollutant the 24 hourly means of the day, oldest first.
    """
    particles = [
        _sub_index(one, one, mean(day[one], Text(vi="Trung bình 24 giờ", en="24-hour mean")))
        for one in PARTICLES
        if one in day
    ]
    gases = [_sub_index(one, one, _largest(day[one])) for one in GASES if one in day]
    if "o3" in day:
        gases.append(_sub_index("o3", "o3_8h", _largest_eight(day["o3"])))
    return _worst(DAILY, particles, gases)


def mean(hours: Hours, name: Text) -> Derivation:
    """The mean of hours of which three in four have a value."""
    known = [value for value in hours if value is not None]
    if not known or len(known) < LEAST_SHARE * len(hours):
        return Derivation(name=name, value=None, unit=UNIT, rule=DECISION_1459, missing=TOO_FEW if known else NOTHING)
    formula = Formula("{} ÷ {}", (sum(known), len(known)))
    return Derivation(name=name, value=sum(known) / len(known), unit=UNIT, formula=formula, rule=DECISION_1459)


def limit_on(pollutant: str, hours: int, day: date) -> Limit | None:
    """The legal limit of a pollutant's mean over so many hours that is in force on a day."""
    return next(
        (one for one in AIR_LIMITS if (one.pollutant, one.hours) == (pollutant, hours) and one.holds_on(day)), None
    )


def exceedance(pollutant: str, hours: int, value: float, day: date) -> Derivation | None:
    """How many times the limit of that day the mean is; above 1 it exceeds. None where there is no limit."""
    limit = limit_on(pollutant, hours, day)
    if limit is None:
        return None
    return Derivation(
        name=Text(vi="Tỷ số với giới hạn", en="Ratio to the limit"),
        value=value / limit.value,
        formula=Formula("{} ÷ {}", (value, limit.value)),
        rule=limit.source,
        parts=(given(Text(vi="Giới hạn", en="Limit"), limit.value, UNIT),),
    )


def _sub_index(pollutant: str, ladder: str, concentration: Derivation) -> Derivation:
    name = Text.same(NAMES[pollutant])
    if concentration.value is None:
        return Derivation(
            name=name, value=None, rule=DECISION_1459, missing=concentration.missing, parts=(concentration,)
        )
    value, formula = on_ladder(AQI_LADDERS[ladder], concentration.value)
    missing = None if value is not None else OFF_THE_SCALE
    return Derivation(
        name=name, value=value, formula=formula, rule=DECISION_1459, missing=missing, parts=(concentration,)
    )


def _worst(name: Text, particles: list[Derivation], gases: list[Derivation]) -> Derivation:
    """The largest sub-index; none without a particle's."""
    parts = (*particles, *gases)
    if all(one.value is None for one in particles):
        return Derivation(name=name, value=None, rule=DECISION_1459, missing=NO_PARTICLES, parts=parts)
    known = [one.value for one in parts if one.value is not None]
    formula = Formula(f"max({'; '.join(['{:.2f}'] * len(known))})", tuple(known))
    return Derivation(name=name, value=max(known), formula=formula, rule=DECISION_1459, parts=parts)


def _newest(hours: Hours) -> Derivation:
    name = Text(vi="Trung bình 1 giờ", en="1-hour mean")
    value = hours[0] if hours else None
    return Derivation(name=name, value=value, unit=UNIT, missing=NOTHING if value is None else None)


def _largest(hours: Hours) -> Derivation:
    name = Text(vi="Trung bình 1 giờ lớn nhất trong ngày", en="Largest 1-hour mean of the day")
    value = max((value for value in hours if value is not None), default=None)
    return Derivation(name=name, value=value, unit=UNIT, missing=NOTHING if value is None else None)


def _largest_eight(hours: Hours) -> Derivation:
    """The largest mean over eight hours that lie in the day."""
    name = Text(vi="Trung bình 8 giờ lớn nhất trong ngày", en="Largest 8-hour mean of the day")
    windows = [mean(hours[start : start + EIGHT], name) for start in range(max(len(hours) - EIGHT + 1, 0))]
    known = [one for one in windows if one.value is not None]
    if not known:
        return Derivation(name=name, value=None, unit=UNIT, rule=DECISION_1459, missing=TOO_FEW)
    return max(known, key=lambda one: one.value or 0)


def _hours_ago(ago: int) -> Text:
    return Text(vi=f"{ago} giờ trước", en=f"{ago} h before") if ago else Text(vi="Giờ này", en="This hour")
