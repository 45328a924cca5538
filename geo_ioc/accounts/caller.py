"""Who calls and by what means: a viewer, and the limits of the credentials shown."""

from dataclasses import dataclass, replace
from enum import Enum

from layers.core.errors import LayerError
from layers.core.text import Text
from layers.core.viewer import ANYONE, Viewer


class Means(Enum):
    """By what a caller is known."""

    NOTHING = "nothing"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105
    WALL = "wall"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A viewer and the means by which it is known.

    Attributes:
        viewer: as the layers see the caller.
        means: session, token, wall token, device key, or nothing for the public.
        layer: the one layer a device's key is for; None for every layer of its role.
        expired: a session was shown that has been idle for too long.
    """

    viewer: Viewer = ANYONE
    means: Means = Means.NOTHING
    layer: str | None = None
    expired: bool = False

    def speaking(self, language: str) -> Viewer:
        """The viewer, in this language."""
        return self.viewer if self.viewer.language == language else replace(self.viewer, language=language)


class Unauthorized(LayerError):
    """An Authorization header that lets nobody in. Answered with 401, never taken for the public."""

    slug = "unauthorized"

    def __init__(self, message: Text | None = None) -> None:
        """Say what was wrong, without telling a wrong secret from a revoked one."""
        super().__init__(
            message
            or Text(
                vi="Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi. Tạo mã mới tại /accounts/tokens/.",
                en="This token or key is wrong, expired or revoked. Make a new token at /accounts/tokens/.",
            ),
            field="Authorization",
        )

    def again(self) -> "Unauthorized":
        """The same refusal as a new exception: one object is not raised in two threads."""
        return Unauthorized(self.message)

    @property
    def json(self) -> dict[str, object]:
        """The body of the answer."""
        return {"error": self.slug, "message": self.message.json(), "field": self.field}
