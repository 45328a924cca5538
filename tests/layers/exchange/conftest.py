"""How the tests of files bring one in."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from layers.core import Layer, Viewer, registry
from layers.exchange.importing import Request, run
from layers.exchange.report import Report

STEWARD = Viewer(user="steward", roles=frozenset({"steward"}))

Bring = Callable[..., Report]


@pytest.fixture
def bring(db: None, tmp_path: Path) -> Bring:
    """`bring("file.csv", content, layer="slug", crs=…)` writes the file, imports it and gives the report."""

    def bring_in(name: str | Path, content: str | bytes | None = None, *, layer: str = "bo_thu", **more: Any) -> Report:
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif content is not None:
            path.write_bytes(content)
        return run(replace(Request(layer=layer, path=path, name=path.name), **more))

    return bring_in


@pytest.fixture
def values(db: None) -> Callable[..., list[dict[str, Any]]]:
    """`values(report)`: the attributes of every feature of the layer a report made, as a steward reads them."""

    def read(report: Report) -> list[dict[str, Any]]:
        return [dict(feature.attributes) for feature in layer_of(report).query(STEWARD).all(10_000)]

    return read


def layer_of(report: Report) -> Layer:
    """The layer of a report."""
    layer = registry.get(report.layer)
    assert isinstance(layer, Layer)
    return layer


def shapes(report: Report) -> list[Any]:
    """The geometries of the layer a report made, in the order they came."""
    return [feature.shape for feature in layer_of(report).query(STEWARD).all(10_000)]


def messages(report: Report, *, warnings: bool | None = None) -> list[str]:
    """The English words of a report's problems."""
    return [one.problem.message.en for one in report.problems if warnings is None or one.problem.warning is warnings]
