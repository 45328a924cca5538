"""The generic front end knows no layer: no id of one stands in it as a string, outside a domain's own pages."""

import re
from pathlib import Path

import pytest

from layers.core.registry import registry

SOURCE = Path(__file__).resolve().parents[2] / "frontend" / "src"
STRING = re.compile(r"""(["'`])((?:\\.|(?!\1).)*)\1""")


def _sources() -> list[Path]:
    found = [path for kind in ("ts", "svelte") for path in SOURCE.rglob(f"*.{kind}")]
    ours = [path for path in found if "apps" not in path.relative_to(SOURCE).parts]
    return [path for path in ours if not path.name.endswith(".test.ts") and path.name != "generated.ts"]


@pytest.mark.django_db
def test_no_layer_id_is_a_string_in_the_generic_front_end() -> None:
    ids = {layer.id for layer in registry.all()}

    named = [
        f"{path.relative_to(SOURCE)}: {literal}"
        for path in _sources()
        for _, literal in STRING.findall(path.read_text(encoding="utf-8"))
        if literal in ids
    ]

    assert _sources()
    assert named == []
