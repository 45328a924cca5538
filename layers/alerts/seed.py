"""The demo's rules: over the layer of stations by its id, idle where it is not installed."""

from collections.abc import Callable
from typing import Any

import fixtures
from layers.alerts.models import Rule, RuleVersion

TOLD = [{"after_min": 0, "roles": ["environment", "operator"]}, {"after_min": 30, "roles": ["leader"]}]


def _from(metric: str, *limits: tuple[str, float], **more: float) -> list[dict[str, Any]]:
    """A level for each limit: the metric at or above it."""
    return [
        {"severity": severity, "when": {"threshold": {"metric": metric, "op": ">=", "value": value, **more}}}
        for severity, value in limits
    ]


RULES: dict[str, tuple[str, str, dict[str, Any]]] = {
    # alert levels I to III of each gauge and its record flood, as CAP severities (reference: alerts-and-forest §5)
    "flood": (
        "Mực nước vượt báo động lũ",
        "Water level above a flood alert level",
        {
            "levels": _from("flood", ("minor", 1), ("moderate", 2), ("severe", 3), ("extreme", 4)),
            "valid_min": 120,
            "lower_min": 30,
            "target": {"filter": "kind = 'water_level'"},
            "escalation": TOLD,
        },
    ),
    # VN_AQI 151-200 moderate, 201-300 severe, above 300 extreme (reference: alerts-and-forest §5)
    "air": (
        "Chất lượng không khí xấu",
        "Bad air",
        {
            "levels": _from("aqi", ("moderate", 151), ("severe", 201), ("extreme", 301)),
            "valid_min": 180,
            "target": {"filter": "kind = 'air'"},
            "escalation": TOLD,
        },
    ),
    # the numbers of the two below are the demo's own, no standard's
    "rise": (
        "Nước lên nhanh (ngưỡng trình diễn)",
        "Water rises fast (limit of the demo)",
        {
            "levels": [
                {
                    "severity": "moderate",
                    "when": {"change": {"metric": "water_level", "way": "rises", "by": 0.5, "within_min": 180}},
                }
            ],
            "valid_min": 60,
            "lower_min": 15,
            "target": {"filter": "kind = 'water_level'"},
            "escalation": TOLD,
        },
    ),
    "silence": (
        "Trạm đo mực nước không gửi số liệu (ngưỡng trình diễn)",
        "A gauge is silent (limit of the demo)",
        {
            "levels": [{"severity": "minor", "when": {"silent": {"metric": "water_level", "for_min": 60}}}],
            "valid_min": 60,
            "target": {"filter": "kind = 'water_level'"},
            "escalation": TOLD[:1],
        },
    ),
}


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the demo's rules that are not there, on; what somebody changed stays."""
    new = 0
    for slug, (title_vi, title_en, body) in RULES.items():
        values = {"title_vi": title_vi, "title_en": title_en, "layer": "stations", "is_on": True, "is_demo": True}
        rule, is_new = Rule.objects.get_or_create(slug=f"demo-{slug}", defaults=values)
        if is_new:
            RuleVersion.objects.create(rule=rule, number=1, body=body, reason="Trình diễn / Demo")
            new += 1
    say(f"{new} rules new")
