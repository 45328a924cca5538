"""A CQL2 condition as a MapLibre filter expression: what a style's `when` needs, and no more."""

from functools import lru_cache
from typing import Any

from layers.core.errors import DeclarationError
from layers.core.filter import parse_filter

_COMPARISONS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@lru_cache(maxsize=500)
def expression_of(text: str) -> Any:
    """The expression.

    Raises:
        DeclarationError: an operator a style cannot draw by.
    """
    return _node(parse_filter(text).tree)


def _node(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return ["get", node["property"]]
    name, args = node["op"], node["args"]
    if name in ("and", "or"):
        return ["all" if name == "and" else "any", *(_node(one) for one in args)]
    if name == "not":
        return ["!", _node(args[0])]
    if name in _COMPARISONS:
        return [_COMPARISONS[name], *(_node(one) for one in args)]
    if name == "in":
        return ["in", _node(args[0]), ["literal", args[1]]]
    if name == "isNull":
        return ["!", ["has", args[0]["property"]]]
    if name == "between":
        value = _node(args[0])
        return ["all", [">=", value, args[1]], ["<=", value, args[2]]]
    raise DeclarationError(
        f"a style cannot draw by {name!r}; write =, <>, <, <=, >, >=, IN, BETWEEN, IS NULL, AND, OR, NOT"
    )
