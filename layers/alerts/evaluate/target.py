"""Which features a rule watches now, and why it watches none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Q

from layers.admin_units.models import AdminUnit, Boundary
from layers.alerts.rules.body import Body, Target
from layers.alerts.rules.condition import attributes_of, metrics_of
from layers.alerts.rules.words import BARE, Names
from layers.alerts.series import metric_of
from layers.core.errors import LayerError
from layers.core.feature import Feature
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import HOUSE, Viewer

FEATURES_MOST = 20_000
"""Features of one rule."""


class Idle(Exception):
    """The rule cannot be evaluated; `reason` says why."""

    def __init__(self, vi: str, en: str) -> None:
        """Keep why."""
        super().__init__(en)
        self.reason = Text(vi=vi, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feature a rule watches: a point on it (lon, lat), and the values of attributes that hold limits."""

    id: int
    title: str
    lonlat: tuple[float, float]
    limits: Mapping[str, float | None]


def layer_of(layer_id: str, body: Body, viewer: Viewer = HOUSE) -> Layer:
    """The layer, with every metric and attribute the rule names.

    Raises:
        Idle: it is not there, or lacks what the rule watches.
    """
    try:
        layer = registry.visible(layer_id, viewer)
    except LayerError as fault:
        raise Idle(fault.message.vi, fault.message.en) from fault
    if not isinstance(layer, Layer):
        raise Idle(f"Lớp “{layer_id}” không có đối tượng.", f"The layer “{layer_id}” has no features.")
    for name in metrics_of(body.rule):
        metric = metric_of(layer, name)
        if metric is None:
            raise Idle(f"Lớp “{layer_id}” không có chỉ số “{name}”.", f"The layer “{layer_id}” has no metric “{name}”.")
        if metric.series is None:
            raise Idle(
                f"Chỉ số “{name}” của lớp “{layer_id}” không có chuỗi số liệu.",
                f"The metric “{name}” of the layer “{layer_id}” has no series.",
            )
    known = layer.readable(viewer)
    for name in attributes_of(body.rule):
        if name not in known:
            raise Idle(
                f"Lớp “{layer_id}” không có thuộc tính “{name}”.", f"The layer “{layer_id}” has no attribute “{name}”."
            )
    return layer


def names_of(layer_id: str, viewer: Viewer) -> Names:
    """What the layer calls its metrics and attributes; their own names where the viewer may not see it."""
    try:
        layer = registry.visible(layer_id, viewer)
    except LayerError:
        return BARE
    return Names.of(layer, viewer) if isinstance(layer, Layer) else BARE


def watched(layer_id: str, body: Body, viewer: Viewer = HOUSE) -> list[Found]:
    """The features of a rule's target as they are now, of those that a viewer sees.

    Raises:
        Idle: there are none, or it cannot be said which.
    """
    layer = layer_of(layer_id, body, viewer)
    found = [_found(layer, feature, attributes_of(body.rule)) for feature in _features(layer, body.target, viewer)]
    if not found:
        raise Idle("Chưa có đối tượng nào thuộc phạm vi của quy tắc.", "No feature is in the rule's target.")
    return found


def _features(layer: Layer, target: Target, viewer: Viewer) -> Iterable[Feature]:
    try:
        rows = layer.query(viewer, filters=parse_filter(target.filter) if target.filter else None)
        features = rows.some(target.features) if target.features else list(rows.all(FEATURES_MOST + 1))
    except LayerError as fault:
        raise Idle(fault.message.vi, fault.message.en) from fault
    if len(features) > FEATURES_MOST:
        raise Idle(
            f"Hơn {FEATURES_MOST} đối tượng: thu hẹp phạm vi.", f"More than {FEATURES_MOST} features: narrow it."
        )
    if not target.units:
        return features
    area = _area(target.units)
    return [feature for feature in features if area.contains(shapely.Point(feature.lonlat))]


def _area(codes: tuple[str, ...]) -> Any:
    units = AdminUnit.objects.filter(Q(level="commune") | Q(level="province"), code__in=codes, is_current=True)
    known = dict(units.values_list("code", "pk"))
    missing = sorted(set(codes) - set(known))
    if missing:
        raise Idle(f"Không có đơn vị {', '.join(missing)}.", f"There are no units {', '.join(missing)}.")
    shapes = Boundary.objects.filter(unit__in=known.values(), is_current=True).values_list("geom", flat=True)
    area = shapely.union_all([shapely.from_wkb(bytes(shape.wkb)) for shape in shapes])
    shapely.prepare(area)
    return area


def _found(layer: Layer, feature: Feature, limits: tuple[str, ...]) -> Found:
    title = feature.attributes.get(layer.title_attribute or "")
    return Found(
        id=feature.id,
        title=str(title or f"{layer.title.vi} {feature.id}")[:200],
        lonlat=feature.lonlat,
        limits={name: _number(feature.attributes.get(name)) for name in limits},
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
