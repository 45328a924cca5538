"""VN_WQI (decision 1460/QĐ-TCMT), and the class of surface water (QCVN 08:2023/BTNMT).

Values are mg/L; dissolved oxygen `do` with the water's `temperature_c`; coliforms per 100 mL; pesticides in µg/L.
"""

import math
from collections.abc import Mapping

from layers.core.text import Text
from layers.sensors.index.derivation import Derivation, Formula, given, on_ladder
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import (
    DECISION_1460,
    WATER_CLASSES,
    WATER_CLASSES_DO,
    WATER_CLASSES_PH,
    WATER_HEALTH_LIMITS,
    WQI_GROUPS,
    WQI_LADDERS,
)

LEAST_GROUPS = 3
LEAST_OF_GROUP_IV = 3

NAME = Text.same("VN_WQI")
TOO_FEW_GROUPS = Text(vi="Có số liệu của ít hơn 3 trong 5 nhóm.", en="Data of fewer than 3 of the 5 groups.")
TOO_FEW_OF_IV = Text(
    vi="Nhóm IV (hữu cơ, dinh dưỡng) có ít hơn 3 thông số.", en="Group IV (organic, nutrients) has fewer than 3."
)


def saturation(temperature_c: float) -> float:
    """Dissolved oxygen that water of this temperature holds at most, mg/L."""
    t = temperature_c
    return 14.652 - 0.41022 * t + 0.0079910 * t**2 - 0.000077774 * t**3


def sub_index(parameter: str, value: float) -> Derivation:
    """The index of one parameter, from 10 to 100."""
    index, formula = on_ladder(WQI_LADDERS[parameter], value)
    known = QUANTITIES.get(parameter)
    name, unit = (known.title, known.unit or None) if known else (Text.same(parameter), None)
    return Derivation(name=name, value=index, formula=formula, rule=DECISION_1460, parts=(given(name, value, unit),))


def oxygen_index(dissolved: float, temperature_c: float) -> Derivation:
    """The index of dissolved oxygen, by its share of what the water can hold."""
    most = saturation(temperature_c)
    share = Derivation(
        name=Text(vi="Độ bão hoà oxy", en="Oxygen saturation"),
        value=dissolved / most * 100,
        unit="%",
        formula=Formula("{} ÷ {:.5f} × 100", (dissolved, most)),
        rule=DECISION_1460,
        parts=(
            given(Text.same("DO"), dissolved, "mg/L"),
            given(Text(vi="Nhiệt độ", en="Temperature"), temperature_c, "°C"),
        ),
    )
    index, formula = on_ladder(WQI_LADDERS["do_percent"], share.value or 0)
    return Derivation(name=Text.same("DO"), value=index, formula=formula, rule=DECISION_1460, parts=(share,))


def wqi(sample: Mapping[str, float], weighted: bool = True) -> Derivation:
    """VN_WQI of a sample.

    Args:
        sample: values by parameter (`ph`, `do`, `temperature_c`, `bod5` …); others are not read.
        weighted: group IV counts twice, as in the decision; else √(IV·V).
    """
    groups = {group: _group(group, sample) for group in WQI_GROUPS}
    known = {group: part for group, part in groups.items() if part.parts}
    parts = tuple(known.values())
    if len(groups["IV"].parts) < LEAST_OF_GROUP_IV:
        return Derivation(name=NAME, value=None, rule=DECISION_1460, missing=TOO_FEW_OF_IV, parts=parts)
    if len(known) < LEAST_GROUPS:
        return Derivation(name=NAME, value=None, rule=DECISION_1460, missing=TOO_FEW_GROUPS, parts=parts)
    value = {group: part.value or 0 for group, part in known.items()}
    organic, microbial = value["IV"], value.get("V")
    reckoned = (organic,) if microbial is None else (organic, microbial)
    if microbial is None:
        core, shown = organic, "{:.4f}"
    elif weighted:
        core, shown = (organic**2 * microbial) ** (1 / 3), "({:.4f}² × {:.4f})^⅓"
    else:
        core, shown = math.sqrt(organic * microbial), "√({:.4f} × {:.4f})"
    factors = [value[group] / 100 for group in ("I", "II", "III") if group in value]
    formula = Formula(" × ".join([*["{:.4f}"] * len(factors), shown]), (*factors, *reckoned))
    return Derivation(name=NAME, value=core * math.prod(factors), formula=formula, rule=DECISION_1460, parts=parts)


def _group(group: str, sample: Mapping[str, float]) -> Derivation:
    """A group of parameters as one index: the mean of IV and V, the geometric mean of II and III."""
    parts = tuple(_known(group, sample))
    values = [part.value or 0 for part in parts]
    name = Text(vi=f"Nhóm {group}", en=f"Group {group}")
    if not values:
        return Derivation(name=name, value=None, rule=DECISION_1460)
    shown = "; ".join(["{:.4f}"] * len(values))
    if group in {"II", "III"}:
        geometric = math.prod(values) ** (1 / len(values))
        formula = Formula(f"(Π {shown})^(1÷{len(values)})", tuple(values))
        return Derivation(name=name, value=geometric, formula=formula, rule=DECISION_1460, parts=parts)
    formula = Formula(Text(vi=f"trung bình({shown})", en=f"mean({shown})"), tuple(values))
    return Derivation(name=name, value=sum(values) / len(values), formula=formula, rule=DECISION_1460, parts=parts)


def _known(group: str, sample: Mapping[str, float]) -> list[Derivation]:
    found = [sub_index(name, sample[name]) for name in WQI_GROUPS[group] if name in sample and name != "do_percent"]
    if group == "IV" and "do" in sample and "temperature_c" in sample:
        found.insert(0, oxygen_index(sample["do"], sample["temperature_c"]))
    return found


def water_class(sample: Mapping[str, float]) -> str | None:
    """Class A to D of a river's or canal's water: the worst over its parameters. None where none is of the table."""
    classes = [_class_of(name, value) for name, value in sample.items()]
    return max((one for one in classes if one), default=None)


def _class_of(name: str, value: float) -> str | None:
    if name in WATER_CLASSES:
        fits = [value <= most for most in WATER_CLASSES[name]]
    elif name == "do":
        fits = [value >= least for least in WATER_CLASSES_DO]
    elif name == "ph":
        fits = [low <= value <= high for low, high in WATER_CLASSES_PH]
    else:
        return None
    return "ABCD"[fits.index(True) if any(fits) else 3]


def health_exceedances(sample: Mapping[str, float]) -> dict[str, float]:
    """By parameter, how many times its health limit it is, of those above it."""
    ratios = {name: sample[name] / most for name, most in WATER_HEALTH_LIMITS.items() if name in sample}
    return {name: ratio for name, ratio in ratios.items() if ratio > 1}
