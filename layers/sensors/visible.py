"""The stations a viewer may see: where this domain's own pages and protocols begin."""

from django.db.models import QuerySet

from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import Viewer
from layers.sensors.models import Station


def stations(viewer: Viewer) -> "QuerySet[Station]":
    """Rows of the layer of stations.

    Raises:
        UnknownLayer: the layer is not for this viewer.
    """
    layer = registry.visible("stations", viewer)
    assert isinstance(layer, Layer)
    found: QuerySet[Station] = layer.query(viewer).queryset()
    return found
