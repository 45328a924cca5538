"""What is wrong with a request to SensorThings, in both languages, naming where."""

from layers.core.errors import BadRequest, LayerError, UnknownFeature
from layers.core.text import Text


class BadQuery(BadRequest):
    """A query option that cannot be understood or is larger than allowed."""

    slug = "bad_query"

    def __init__(self, field: str, vi: str, en: str) -> None:
        """Say which option, and what is wrong with it."""
        super().__init__(Text(vi=f"{field}: {vi}.", en=f"{field}: {en}."), field=field)


class NoSuchThing(UnknownFeature):
    """An address that names no entity, or none this caller may see."""

    slug = "unknown_entity"

    def __init__(self, path: str, vi: str = "", en: str = "") -> None:
        """Name the part of the address, with a reason where there is more to say."""
        LayerError.__init__(
            self,
            Text(
                vi=f"Không có “{path[:100]}”{': ' + vi if vi else ''}.",
                en=f"There is no “{path[:100]}”{': ' + en if en else ''}.",
            ),
            field="path",
        )
