"""Rows leave a layer by its `query` alone: outside a layer's own folder nobody reads its model."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("layers/api", "layers/exchange", "tile_server", "geo_ioc")
DOORS = {"model", "rows", "queryset", "locked_row", "_default_manager", "objects"}

ALLOWED = {
    # the model's field types, never its rows
    ("layers/api", "model"),
    ("layers/exchange", "model"),
    # an action's row is locked for its handler, after the viewer was let in by `query`
    ("layers/api", "locked_row"),
}
"""Where a door is opened all the same, and why."""


def _files(room: str) -> Iterator[Path]:
    for path in (ROOT / room).rglob("*.py"):
        if "migrations" not in path.parts and "accounts" not in path.parts:
            yield path


def _layer_doors(path: Path) -> Iterator[tuple[str, int]]:
    """Doors opened on something called a layer: `layer.model`, `registry.get(…).rows()`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in DOORS and _is_layer(node.value):
            yield node.attr, node.lineno


def _is_layer(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "layer" or node.id.endswith("_layer")
    if isinstance(node, ast.Attribute):
        return node.attr == "layer"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (
            node.func.attr in {"get", "visible"}
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "registry"
        )
    return False


def test_servers_reach_rows_through_query_alone() -> None:
    opened = [
        f"{path.relative_to(ROOT)}:{line}: .{door}"
        for room in SERVERS
        for path in _files(room)
        for door, line in _layer_doors(path)
        if (room, door) not in ALLOWED
    ]

    assert opened == []


def test_nobody_who_answers_requests_sees_every_row() -> None:
    """`HOUSE` is for processes: no server, panel, page or action may ask as it."""
    answering = ("layer", "panel", "actions", "web", "admin")
    rooms = [path for name in answering for path in (ROOT / "layers").glob(f"*/{name}.py")]
    asked = [
        str(path.relative_to(ROOT))
        for path in [*rooms, *(path for room in SERVERS for path in _files(room))]
        if "HOUSE" in {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
    ]

    assert asked == []


def test_the_check_sees_a_door_that_is_opened(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f(layer):\n    return layer.rows().count() + registry.get('x').model.objects.count()\n")

    assert {door for door, _ in _layer_doors(bad)} == {"rows", "model"}


def test_a_domain_never_imports_a_model_of_another() -> None:
    """import-linter holds the packages; this holds strings: foreign keys point at the own domain, floor 1 or users."""
    floor_1 = {"admin_units", "basemap", "media", "notices", "audit"}
    wrong = []
    for path in [*(ROOT / "layers").glob("*/models.py"), *(ROOT / "land_records").glob("models.py")]:
        domain = path.parent.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"ForeignKey", "OneToOneField", "ManyToManyField"}
            ):
                target = node.args[0] if node.args else None
                if isinstance(target, ast.Constant) and "." in str(target.value):
                    app = str(target.value).partition(".")[0]
                    if app not in floor_1 | {domain, "accounts"}:
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {target.value}")

    assert wrong == []
