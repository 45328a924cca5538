"""Who is asking: roles, areas, language. Made by the accounts; understood by every layer."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from layers.core.text import LANGUAGES

PUBLIC = "public"
"""The scope every viewer holds."""

UNASSIGNED = 0
"""Stands in `Viewer.units` and `.departments` for rows that name none; held by province-wide viewers."""


@dataclass(frozen=True, slots=True)
class Role:
    """What an account does in the centre; compared by its slug."""

    slug: str


def role(slug: str) -> Role:
    """The role of this slug, e.g. `role("land_officer")`."""
    return Role(slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person, a device or the public, as the layers see them.

    Attributes:
        user: login name; None for the public.
        user_id: primary key of the account; None for the public.
        roles: slugs of the roles held.
        units: ids of the communes the viewer answers for; `UNASSIGNED` among them for rows without one.
        departments: ids of the viewer's departments, likewise.
        device: name of the device whose key was shown, if one was.
        language: code of the language to speak.
        is_house: a process of this installation, which sees every row; see `HOUSE`.
    """

    user: str | None = None
    user_id: int | None = None
    roles: frozenset[str] = frozenset()
    units: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    device: str | None = None
    language: str = field(default=LANGUAGES[0], compare=False)
    is_house: bool = False

    @property
    def is_public(self) -> bool:
        """Whether nobody is logged in."""
        return self.user is None and self.device is None

    @property
    def scopes(self) -> frozenset[str]:
        """Every scope string held: `public`, `unit:<id>`, `department:<id>`, with `none` for unassigned rows."""
        units = {f"unit:{unit or 'none'}" for unit in self.units}
        departments = {f"department:{department or 'none'}" for department in self.departments}
        return frozenset({PUBLIC} | units | departments)

    def has(self, roles: Role | Iterable[Role]) -> bool:
        """Whether the viewer holds one of these roles."""
        wanted = (roles,) if isinstance(roles, Role) else roles
        return self.is_house or any(one.slug in self.roles for one in wanted)


ANYONE = Viewer()
"""The public: no account, Vietnamese."""
HOUSE = Viewer(device="house", is_house=True)
"""A process that works for everybody (the rules' evaluator): every layer, every row. Never answers a request."""
