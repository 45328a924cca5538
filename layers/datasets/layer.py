"""The datasets on the map."""

from layers.core import provide
from layers.datasets.provider import DatasetProvider

provide(DatasetProvider())
