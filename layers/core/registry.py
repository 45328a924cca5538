"""Which layers there are: those that folders declare and those that rows make. Frozen after discovery."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.apps import apps
from django.db import connection

from layers.core.access import Public, Roles
from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.errors import DeclarationError, UnknownLayer
from layers.core.text import Text
from layers.core.viewer import Viewer


class Provider(Protocol):
    """Gives layers that are made from rows, and makes new ones.

    Attributes:
        topic: journal entry under which a change of its declarations is announced, e.g. `@datasets`.
    """

    topic: str

    def layers(self) -> Sequence[Declaration]:
        """Every layer it has now."""
        ...

    def create(
        self,
        name: str,
        title: Text,
        schema: Sequence[Attribute],
        access: Public | Roles,
        *,
        key: str | None = None,
        geometry: str = "mixed",
        source: Text | None = None,
        by: int | None = None,
    ) -> Declaration:
        """The layer of this slug, made if it is new; its attributes brought to `schema`.

        Args:
            name: slug under which it is found again.
            title: what a person reads.
            schema: the attributes; those it has already are kept.
            access: who may know of it.
            key: attribute that identifies a row; None: the row's whole content. Holds from the first time on.
            geometry: `point`, `line`, `polygon` or `mixed`; widened where it has another.
            source: where the data comes from.
            by: user id of who makes it.
        """
        ...


class Registry:
    """The layers of this installation, by id."""

    def __init__(self) -> None:
        """Start empty and open."""
        self._classes: dict[str, type[Declaration]] = {}
        self._layers: dict[str, Declaration] = {}
        self._providers: list[Provider] = []
        self._provided: dict[str, dict[str, Declaration]] = {}
        self._frozen = False
        self._lock = threading.RLock()
        self.version = 0

    def register(self, cls: type[Declaration]) -> type[Declaration]:
        """Take a layer class in; the class decorator `@register`.

        Raises:
            DeclarationError: no layer, an id taken twice, or the registry is frozen.
        """
        if self._frozen:
            raise DeclarationError(
                f"{cls.__qualname__} is registered after start-up; declare it in its domain's layer.py"
            )
        if not (isinstance(cls, type) and issubclass(cls, Declaration)):
            raise DeclarationError(f"{cls!r} is no layer; write class {getattr(cls, '__name__', 'X')}(Layer)")
        taken = self._classes.get(cls.id)
        if taken is not None and taken is not cls:
            raise DeclarationError(
                f"two layers have the id {cls.id!r}: {taken.__module__} and {cls.__module__}; rename one"
            )
        self._classes[cls.id] = cls
        return cls

    def provide(self, provider: Provider) -> None:
        """Take in a source of layers made from rows."""
        if provider.topic not in {known.topic for known in self._providers}:
            self._providers.append(provider)

    def discover(self) -> None:
        """Import the module `layer` of every installed app, then freeze and make the layers.

        Raises:
            DeclarationError: a module that does not import, naming it.
        """
        for config in apps.get_app_configs():
            name = f"{config.name}.layer"
            if find_spec(name) is None:
                continue
            try:
                import_module(name)
            except DeclarationError:
                raise
            except Exception as fault:
                raise DeclarationError(
                    f"the layer module {name} does not import: {type(fault).__name__}: {fault}"
                ) from fault
        self.freeze()

    def freeze(self) -> None:
        """Make one instance of every class; nothing can be registered after."""
        self._layers = {cls.id: cls() for cls in self._classes.values()}
        self._frozen = True
        self.version += 1

    def get(self, layer_id: str) -> Declaration:
        """The layer of this id, whoever asks; ask `visible` for a viewer's request.

        Raises:
            UnknownLayer: there is none.
        """
        found = self._layers.get(layer_id)
        if found is None:
            found = next((layers[layer_id] for layers in self._all_provided() if layer_id in layers), None)
        if found is None:
            raise UnknownLayer(layer_id)
        return found

    def visible(self, layer_id: str, viewer: Viewer) -> Declaration:
        """The layer of this id, if this viewer may know of it.

        Raises:
            UnknownLayer: there is none, or not for this viewer.
        """
        layer = self.get(layer_id)
        layer.require(viewer)
        return layer

    def all(self) -> list[Declaration]:
        """Every layer, in drawing order."""
        provided = [layer for layers in self._all_provided() for layer in layers.values()]
        return _in_drawing_order([*self._layers.values(), *provided])

    def declared(self) -> list[Declaration]:
        """The layers that folders declare, in drawing order; asks no database."""
        return _in_drawing_order(self._layers.values())

    def visible_to(self, viewer: Viewer) -> list[Declaration]:
        """The layers this viewer may know of, in drawing order."""
        return [layer for layer in self.all() if layer.visible_to(viewer)]

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The sources of layers made from rows."""
        return tuple(self._providers)

    def changed(self, topic: str) -> bool:
        """Forget what a provider gave, because its topic was announced; whether there is such a provider."""
        with self._lock:
            self._provided.pop(topic, None)
            self.version += 1
        return any(provider.topic == topic for provider in self._providers)

    async def load(self) -> None:
        """Ask providers in a thread, so that an event loop never waits for their rows."""
        if any(provider.topic not in self._provided for provider in self._providers):
            await asyncio.to_thread(self._load)

    def _load(self) -> None:
        try:
            self._all_provided()
        finally:
            connection.close()

    def _all_provided(self) -> list[dict[str, Declaration]]:
        with self._lock:
            for provider in self._providers:
                if provider.topic not in self._provided:
                    self._provided[provider.topic] = {layer.id: layer for layer in provider.layers()}
            return list(self._provided.values())


registry = Registry()


def _in_drawing_order(layers: Iterable[Declaration]) -> list[Declaration]:
    return sorted(layers, key=lambda layer: (layer.order, layer.id))


def register(cls: Any) -> Any:
    """Class decorator: this layer exists."""
    return registry.register(cls)


def provide(provider: Provider) -> None:
    """These layers exist, as long as their rows do."""
    registry.provide(provider)
