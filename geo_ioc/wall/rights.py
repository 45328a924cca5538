"""Whether a tile can be shown: to anybody where it is written, to the viewer where it is read."""

from collections.abc import Callable, Mapping

from geo_ioc.wall.link import Link
from layers.core.attribute import Attribute
from layers.core.computed import ComputedLayer
from layers.core.errors import BadRequest, LayerError, UnknownAttribute, UnknownFeature
from layers.core.filter import parse_filter
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer

Readable = Callable[[str], Mapping[str, Attribute]]
"""The attributes of a layer by its id; raises `UnknownLayer`."""

NO_FEATURE = Text(vi="Liên kết không mở đối tượng nào (thiếu sel=).", en="The link opens no feature (sel= is missing).")
NO_LAYER = Text(vi="Liên kết không nêu lớp nào (thiếu layers=).", en="The link names no layer (layers= is missing).")
ONE_LAYER = Text(
    vi="Chia theo thuộc tính chỉ cho số lượng của một lớp.", en="By an attribute goes with the numbers of one layer."
)


def every_attribute(layer_id: str) -> dict[str, Attribute]:
    """All that a layer declares, whoever may read it."""
    return {one.name: one for one in registry.get(layer_id).attributes}


def check(kind: str, link: Link, by: str, readable: Readable) -> None:
    """Refuse a tile that names what is not there, or does not say what it shows.

    Raises:
        LayerError: why, with the field at fault; what may not be read is answered as what does not exist.
    """
    known = {layer: readable(layer) for layer in sorted(link.named)}
    for layer, condition in link.filters.items():
        parse_filter(condition).check(known[layer])
    if kind in {"panel", "stream"} and link.feature is None:
        raise BadRequest(NO_FEATURE, field="link")
    if kind == "numbers" and not link.layers:
        raise BadRequest(NO_LAYER, field="link")
    if by and (kind != "numbers" or len(link.layers or ()) != 1):
        raise BadRequest(ONE_LAYER, field="by")
    if by and by not in known[(link.layers or ("",))[0]]:
        raise UnknownAttribute(by, "by")


def may_see(kind: str, link: Link, by: str, viewer: Viewer) -> bool:
    """Whether this viewer may see all that a tile shows."""
    try:
        check(kind, link, by, lambda layer: registry.visible(layer, viewer).readable(viewer))
        if kind in {"panel", "stream"} and link.feature:
            _find(*link.feature, viewer)
    except LayerError:
        return False
    return True


def _find(layer_id: str, key: int, viewer: Viewer) -> None:
    layer = registry.visible(layer_id, viewer)
    if not isinstance(layer, Layer | ComputedLayer):
        raise UnknownFeature(layer_id, key)
    layer.query(viewer).readable_on(key)
