"""Photos in a folder of the test's own."""

import pytest

from layers.core.feature import FeatureRef
from tests.toys import factories


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    """An empty folder for the files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def visit(unit):
    """A visit in the unit of `keeper` and `watcher`."""
    row = factories.make_visit(commune=unit)
    return FeatureRef(layer="toy_visits", id=row.pk)
