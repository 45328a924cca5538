"""The demo's rules against the layer they name, where it is installed."""

import pytest

from layers.alerts.evaluate.target import layer_of
from layers.alerts.rules.body import parse
from layers.alerts.seed import LAYER, RULES
from layers.core.errors import UnknownLayer
from layers.core.filter import parse_filter
from layers.core.registry import registry
from layers.core.viewer import HOUSE


@pytest.mark.parametrize("slug", RULES)
def test_the_layer_has_what_the_rule_watches(slug: str, db: None) -> None:
    try:
        registry.get(LAYER)
    except UnknownLayer:
        pytest.skip("the layer is not installed: the rule is idle and says so")
    body = parse(RULES[slug][2])

    layer = layer_of(LAYER, body)

    layer.query(HOUSE, filters=parse_filter(body.target.filter)).count()
