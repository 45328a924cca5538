"""Layers that exist only within a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from layers.core.declaration import Declaration
from layers.core.errors import DeclarationError
from layers.core.registry import registry


@contextmanager
def temporarily(*classes: type[Declaration]) -> Iterator[list[Declaration]]:
    """The layers of these classes, in the registry until the block ends."""
    made: list[Declaration] = []
    for cls in classes:
        if cls.id in registry._layers:
            raise DeclarationError(f"the id {cls.id!r} is taken")
        registry._layers[cls.id] = cls()
        made.append(registry._layers[cls.id])
    registry.version += 1
    try:
        yield made
    finally:
        for layer in made:
            registry._layers.pop(layer.id, None)
        registry.version += 1
