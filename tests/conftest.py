"""What every test shares: a database as the project makes it, who asks, and the order of browser tests."""

import json
import os
from collections.abc import Callable
from typing import Any

# Playwright's driver keeps an event loop in this thread; the ORM would refuse to run beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import pytest
from django.test import Client

from layers.core.install import sync_database
from layers.core.registry import registry
from layers.core.viewer import ANYONE, Viewer
from tests.toys import factories
from tests.toys.door import given


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: after the first of them no other test may start an event loop."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Migrated, with the journal's triggers, version counters and search indexes, as `make setup` leaves it."""
    with django_db_blocker.unblock():
        sync_database()


@pytest.fixture(autouse=True)
def _layers_of_this_test() -> None:
    """Layers made from rows are read anew: the rows of the last test are gone."""
    for provider in registry.providers:
        registry.changed(provider.topic)
    return


@pytest.fixture
def unit(db: None) -> Any:
    """A toy unit, “Xã Tân Châu”."""
    return factories.make_unit()


@pytest.fixture
def other_unit(db: None) -> Any:
    """Another toy unit."""
    return factories.make_unit("Xã Bến Cầu")


@pytest.fixture
def keeper(unit: Any) -> Viewer:
    """Keeps the visits of `unit`: reads phones there, corrects, acts."""
    return factories.make_viewer("toy_keeper", units=(unit,))


@pytest.fixture
def watcher(unit: Any) -> Viewer:
    """Sees the visits of `unit`, no phones."""
    return factories.make_viewer("toy_watcher", units=(unit,))


@pytest.fixture
def approver(db: None) -> Viewer:
    """Approves corrections of plots."""
    return factories.make_viewer("toy_approver")


class As:
    """A test client that is a viewer; answers are Django's, `.json()` reads them."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        """GET."""
        return self._client.get(path, query or {}, headers=_headers(headers), **given(self.viewer))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Any other method, with a JSON body unless `content_type` says otherwise."""
        return self._client.generic(
            method,
            path,
            body if isinstance(body, bytes | str) else json.dumps(body),
            content_type=headers.pop("content_type", "application/json"),
            headers=_headers(headers),
            **given(self.viewer),
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST of a JSON body."""
        return self.send("POST", path, body, **headers)

    def form(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """POST of a multipart form; files are Django's uploaded files."""
        return self._client.post(path, fields, headers=_headers(headers), **given(self.viewer))


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def ask() -> Callable[[Viewer], As]:
    """`ask(viewer).get(path)`: a client that is this viewer."""
    return As


@pytest.fixture
def anyone(db: None) -> As:
    """The public."""
    return As(ANYONE)
