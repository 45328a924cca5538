"""The opaque name of what a viewer sees of a layer: it stands in tile addresses, so that shared caches stay correct."""

import hashlib
import hmac

from django.conf import settings

from layers.core.access import Public
from layers.core.declaration import Declaration
from layers.core.viewer import PUBLIC, Viewer


def is_public(layer: Declaration, viewer: Viewer) -> bool:
    """Whether what this viewer sees of the layer is what everyone sees."""
    return isinstance(layer.access.view, Public) and layer.access.reduce(viewer) <= {PUBLIC}


def scope_key(layer: Declaration, viewer: Viewer) -> str | None:
    """A key over the viewer's scopes that rows of this layer may carry; None where only public rows show."""
    if is_public(layer, viewer):
        return None
    named = "\n".join([layer.id, *sorted(layer.access.reduce(viewer))])
    return hmac.new(settings.SECRET_KEY.encode(), named.encode(), hashlib.sha256).hexdigest()[:24]
