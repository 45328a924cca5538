"""Who calls and by what means: a viewer, and the limits of the credentials shown."""

from dataclasses import dataclass, replace
from enum import Enum

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


WRONG_SECRET = Text(
    vi="Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi. Tạo mã mới tại /accounts/tokens/.",
    en="This token or key is wrong, expired or revoked. Make a new token at /accounts/tokens/.",
)
"""Does not tell a wrong secret from a revoked one."""


class Unauthorized(Exception):
    """An Authorization header that lets nobody in: never taken for the public.

    Attributes:
        status: HTTP status of the answer.
        message: what was wrong, in both languages.
    """

    slug = "unauthorized"
    status = 401
    field = "Authorization"

    def __init__(self, message: Text = WRONG_SECRET) -> None:
        """Keep what was wrong."""
        super().__init__(message.en)
        self.message = message

    def again(self) -> "Unauthorized":
        """The same refusal as a new exception: one object is not raised in two threads."""
        return Unauthorized(self.message)

    @property
    def json(self) -> dict[str, object]:
        """The body of the answer."""
        return {"error": self.slug, "message": self.message.json(), "field": self.field}
