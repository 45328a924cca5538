"""A style's `when` asked of one feature: the same few operators that the map in the browser can draw by."""

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from layers.core.filter import parse_filter

Test = Callable[[Mapping[str, Any]], bool]

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def meets(values: Mapping[str, Any], *conditions: str | None) -> bool:
    """Whether a feature meets every condition that is given."""
    return all(_test(text)(values) for text in conditions if text)


@lru_cache(maxsize=500)
def _test(text: str) -> Test:
    tree = parse_filter(text).tree
    return lambda values: holds(tree, values)


def holds(tree: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a condition's tree holds for these values."""
    return bool(_ask(tree, values))


def _ask(node: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return values.get(node["property"])
    name, args = node["op"], node["args"]
    if name == "and":
        return all(_ask(one, values) for one in args)
    if name == "or":
        return any(_ask(one, values) for one in args)
    if name == "not":
        return not _ask(args[0], values)
    first = _ask(args[0], values)
    if name == "isNull":
        return first is None
    if first is None:  # nothing is known of a missing value: no comparison with it holds
        return False
    if name == "in":
        return first in args[1]
    if name == "between":
        return args[1] <= first <= args[2]
    second = _ask(args[1], values)
    return second is not None and _COMPARED[name](first, second)
