"""What can go wrong at the kernel's doors. `layers.api` maps each class to one HTTP status."""

from collections.abc import Mapping

from layers.core.text import Text


class DeclarationError(Exception):
    """A layer's declaration is wrong; the message says what to write instead. Raised at start-up."""


class LayerError(Exception):
    """A refusal that a person or a program reads.

    Attributes:
        slug: machine-readable name of the fault.
        message: the fault in both languages, naming what is wrong and where.
        field: the parameter, attribute or column at fault, if one is.
    """

    slug = "error"

    def __init__(self, message: Text, *, field: str | None = None, slug: str | None = None) -> None:
        """Keep what was wrong and where."""
        super().__init__(message.en)
        self.message = message
        self.field = field
        self.slug = slug or type(self).slug


class UnknownLayer(LayerError):
    """No layer of this id, or none this viewer may know of: the two look alike."""

    slug = "unknown_layer"

    def __init__(self, layer_id: str) -> None:
        """Name the layer that was asked for."""
        super().__init__(
            Text(vi=f"Không có lớp dữ liệu “{layer_id}”.", en=f"There is no layer “{layer_id}”."), field="layer"
        )


class UnknownFeature(LayerError):
    """No such feature, or none this viewer may know of."""

    slug = "unknown_feature"

    def __init__(self, layer_id: str, feature_id: object) -> None:
        """Name the feature that was asked for."""
        super().__init__(
            Text(
                vi=f"Không có đối tượng {feature_id} trong lớp “{layer_id}”.",
                en=f"There is no feature {feature_id} in layer “{layer_id}”.",
            ),
            field="id",
        )


class UnknownAttribute(LayerError):
    """An attribute that does not exist for this viewer: a typo and a hidden attribute are answered alike."""

    slug = "unknown_attribute"

    def __init__(self, name: str, where: str) -> None:
        """Name the attribute and the parameter that named it."""
        super().__init__(Text(vi=f"Không có thuộc tính “{name}”.", en=f"There is no attribute “{name}”."), field=where)


class BadRequest(LayerError):
    """A parameter that cannot be understood."""

    slug = "bad_request"


class BadFilter(BadRequest):
    """A filter that is not CQL2, too large, or compares what cannot be compared."""

    slug = "bad_filter"


class Invalid(LayerError):
    """Data that was understood but cannot be accepted; `fields` says why, field by field."""

    slug = "invalid"

    def __init__(self, message: Text, *, fields: Mapping[str, Text] | None = None, field: str | None = None) -> None:
        """Keep the reason of every field."""
        super().__init__(message, field=field)
        self.fields = dict(fields or {})


class Forbidden(LayerError):
    """Something the viewer sees but may not do."""

    slug = "forbidden"

    def __init__(self, message: Text | None = None) -> None:
        """Say that the role is missing, or the given reason."""
        super().__init__(
            message
            or Text(vi="Tài khoản này không có quyền thực hiện.", en="This account does not have the right to do this.")
        )


class Conflict(LayerError):
    """The row changed since it was read, or its state does not allow this."""

    slug = "conflict"


class Busy(LayerError):
    """More than can be answered in time; asking again later may work."""

    slug = "busy"
