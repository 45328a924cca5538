"""Every registered layer as a parameter: declared ones, one from each provider, and toys of the other kinds."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from layers.core import Layer, registry
from layers.core.install import sync_database
from layers.core.models import Revision
from tests.conformance.given import EXEMPT
from tests.conformance.kinds import KINDS, PROVIDED, opened
from tests.conformance.roads import Roads
from tests.conformance.rows import Rows
from tests.conformance.subject import Subject

DECLARED = sorted(registry._layers)
"""Ids of the declared layers; those made from rows do not exist before a test."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `subject` every layer of the kinds it is for (`@kinds`), `vector` and `stream` else."""
    if "subject" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("kinds")
        wanted = marked.args if marked else ("vector", "stream")
        names = [name for name in [*DECLARED, *KINDS, *PROVIDED] if _kind(name) in wanted]
        metafunc.parametrize("subject", names, indirect=True, scope="package")


def _kind(name: str) -> str:
    if name in PROVIDED:
        return "vector"
    return (registry._layers[name] if name in DECLARED else KINDS[name]).kind


@pytest.fixture(scope="package")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database without a transaction around each test: rows are committed, as tiles and the live channel need."""
    with django_db_blocker.unblock():
        sync_database()
        yield
        with connection.cursor() as cursor:
            cursor.execute("delete from map_change")  # the tests after these begin with an empty journal


@pytest.fixture(scope="package")
def account(db: None) -> Iterator[int]:
    """Id of an account."""
    user = get_user_model().objects.create(username="conformance")
    yield user.pk
    Revision.objects.filter(by_id=user.pk).delete()
    user.delete()


@pytest.fixture(scope="package")
def roads(db: None) -> Iterator[Roads]:
    """One worker."""
    worker = Roads()
    yield worker
    worker.close()


@pytest.fixture(scope="package")
def subject(request: pytest.FixtureRequest, account: int) -> Iterator[Subject]:
    """A layer with rows, committed as a running centre has them; taken away again after its last test."""
    with ExitStack() as stack:
        subject = stack.enter_context(opened(request.param, account))
        subject.maker = Rows(subject.layer)
        stack.callback(subject.maker.clean)
        if isinstance(subject.layer, Layer):
            subject.seed()
        yield subject


@pytest.fixture(autouse=True)
def _exempt(request: pytest.FixtureRequest) -> None:
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("subject")
    reason = EXEMPT.get((str(name), request.node.originalname)) if name else None
    if reason:
        pytest.skip(reason)


@pytest.fixture
def fresh(subject: Subject) -> Iterator[Rows]:
    """Further rows for one test."""
    mark = len(subject.maker.made)
    yield subject.maker
    subject.maker.clean(down_to=mark)
