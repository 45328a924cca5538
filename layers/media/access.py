"""Who may see a photo, and the log of those who saw what is not for everyone.

A reader holds one of the photo's roles **and** sees the feature in its layer, in the own area where the layer is
scoped. The public sees copy and thumbnail of published photos, nothing else. The access log is another room of this
floor: the composition root names its function (`settings.ACCESS_LOG`).
"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from layers.core import ComputedLayer, Layer, Viewer, registry, role
from layers.core.errors import UnknownFeature, UnknownLayer
from layers.media.models import MediaFile, Variant


def may_see(file: MediaFile, variant: Variant, viewer: Viewer) -> bool:
    """Whether this viewer gets this form of the photo."""
    if variant is not Variant.ORIGINAL and file.is_public:
        return True
    return may_read(file, viewer)


def may_read(file: MediaFile, viewer: Viewer) -> bool:
    """Whether the viewer holds one of the photo's roles and sees its feature."""
    if not viewer.has(role(slug) for slug in file.readers):
        return False
    try:
        layer = registry.visible(file.layer, viewer)
        if not isinstance(layer, Layer | ComputedLayer):
            return False
        layer.query(viewer).get(file.feature_id)
    except (UnknownLayer, UnknownFeature):
        return False
    return True


def log(viewer: Viewer, action: str, *, file: MediaFile | None = None, detail: dict[str, Any] | None = None) -> None:
    """Write to the access log who did what with a photo, or with many."""
    import_string(settings.ACCESS_LOG)(
        viewer,
        action,
        layer=file.layer if file else None,
        feature_id=file.feature_id if file else None,
        detail={**(detail or {}), **({"media": str(file.pk)} if file else {})},
    )
