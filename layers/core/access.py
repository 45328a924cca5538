"""Who sees a layer, which of its rows, and who may read a narrower attribute. Declared once, denied by default."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q

from layers.core import parameter
from layers.core.parameter import Holds
from layers.core.viewer import PUBLIC, UNASSIGNED, Role, Viewer


@dataclass(frozen=True, slots=True)
class Grant:
    """A right held by a role, everywhere or only within the viewer's own area.

    Attributes:
        role: the role, or several of which one suffices.
        within: field of the row that names its administrative unit; the right then holds only in the viewer's units.
    """

    role: Role | tuple[Role, ...]
    within: str | None = None

    def held_by(self, viewer: Viewer) -> bool:
        """Whether the viewer holds the role, for some row at least."""
        return viewer.has(self.role)


@dataclass(frozen=True, slots=True)
class Public:
    """Everyone; with `when`, everyone but only rows whose boolean column `when` is true."""

    when: str | None = None

    def allows(self, viewer: Viewer) -> bool:
        """Everyone may see the layer."""
        return True

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields of the row the rule reads."""
        return (self.when,) if self.when else ()

    def emits(self, scope: str) -> bool:
        """Whether a row may carry this scope."""
        return scope == PUBLIC

    def condition(self, viewer: Viewer | None) -> Q:
        """Rows the viewer may see; with None, the slots `units` and `departments` stay open."""
        return Q(**{self.when: True}) if self.when and not (viewer and viewer.is_house) else Q()

    def scopes_sql(self, row: str, model: type[Model]) -> str:
        """SQL text[]: the scopes of the row called `row`."""
        if not self.when:
            return f"array['{PUBLIC}']"
        return f"case when {row}.\"{_column(model, self.when)}\" then array['{PUBLIC}'] else array[]::text[] end"


@dataclass(frozen=True, slots=True)
class _Owned:
    """Rows owned by what a foreign key names; rows naming nothing are for those who hold `UNASSIGNED`."""

    field: str
    kind = ""

    def allows(self, viewer: Viewer) -> bool:
        """Not a rule about the layer: a row rule lets nobody in by itself."""
        return False

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields of the row the rule reads."""
        return (self.field,)

    def emits(self, scope: str) -> bool:
        """Whether a row may carry this scope."""
        return scope.startswith(f"{self.kind}:")

    def held(self, viewer: Viewer) -> frozenset[int]:
        """The owners this viewer answers for."""
        raise AssertionError("each kind of owner says which it holds")

    def condition(self, viewer: Viewer | None) -> Q:
        """Rows whose owner is held; rows without one for holders of `UNASSIGNED`."""
        if viewer is not None and viewer.is_house:
            return Q()
        held = parameter.ids(f"{self.kind}s", None if viewer is None else sorted(self.held(viewer)))
        owned = Q(**{f"{self.field}__in_array": held})
        return owned | (Q(**{f"{self.field}__isnull": True}) & Q(Holds(held, UNASSIGNED)))

    def scopes_sql(self, row: str, model: type[Model]) -> str:
        """SQL text[]: the one scope of the row called `row`."""
        return f"array['{self.kind}:' || coalesce({row}.\"{_column(model, self.field)}\"::text, 'none')]"


@dataclass(frozen=True, slots=True)
class Unit(_Owned):
    """Rows of the viewer's administrative units: `Unit("commune")` names the foreign key."""

    kind = "unit"

    def held(self, viewer: Viewer) -> frozenset[int]:
        """The viewer's units."""
        return viewer.units


@dataclass(frozen=True, slots=True)
class Department(_Owned):
    """Rows of the viewer's departments: `Department("department")` names the foreign key."""

    kind = "department"

    def held(self, viewer: Viewer) -> frozenset[int]:
        """The viewer's departments."""
        return viewer.departments


@dataclass(frozen=True, slots=True, init=False)
class Either:
    """Rows that one of several rules shows, e.g. `Either(Public(when="is_public"), Unit("commune"))`."""

    rules: tuple["Public | Unit | Department", ...]

    def __init__(self, *rules: "Public | Unit | Department") -> None:
        """Keep the rules."""
        object.__setattr__(self, "rules", rules)

    @property
    def columns(self) -> tuple[str, ...]:
        """Fields of the row the rules read."""
        return tuple(column for rule in self.rules for column in rule.columns)

    def emits(self, scope: str) -> bool:
        """Whether a row may carry this scope by one of the rules."""
        return any(rule.emits(scope) for rule in self.rules)

    def condition(self, viewer: Viewer | None) -> Q:
        """Rows one of the rules shows."""
        if viewer is not None and viewer.is_house:
            return Q()
        combined = self.rules[0].condition(viewer)
        for rule in self.rules[1:]:
            combined |= rule.condition(viewer)
        return combined

    def scopes_sql(self, row: str, model: type[Model]) -> str:
        """SQL text[]: the scopes by every rule."""
        return " || ".join(f"({rule.scopes_sql(row, model)})" for rule in self.rules)


RowRule = Public | Unit | Department | Either


@dataclass(frozen=True, slots=True, init=False)
class Roles:
    """Viewers who hold one of these roles."""

    roles: tuple[Role, ...]

    def __init__(self, *roles: Role) -> None:
        """Keep the roles; at least one."""
        if not roles:
            raise ValueError("Roles() lets nobody in: name a role, e.g. Roles(role('operator')), or write Public()")
        object.__setattr__(self, "roles", roles)

    def allows(self, viewer: Viewer) -> bool:
        """Whether the viewer holds one of them."""
        return viewer.has(self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who sees a layer and which of its rows.

    Attributes:
        view: who may know that the layer exists.
        rows: which rows each of them sees, declared from columns.
        small_counts: counts below this number are suppressed, with one more cell so that no sum gives them away.
    """

    view: Public | Roles
    rows: RowRule
    small_counts: int | None = None

    def reduce(self, viewer: Viewer) -> frozenset[str]:
        """The viewer's scopes that a row of this layer may carry: what a cached tile depends on."""
        return frozenset(scope for scope in viewer.scopes if self.rows.emits(scope))


def roles_of(by: Role | Sequence[Role]) -> Iterator[Role]:
    """One role or several, as an iterator."""
    yield from (by,) if isinstance(by, Role) else by


def _column(model: type[Model], field: str) -> str:
    return str(model._meta.get_field(field).column)  # type: ignore[union-attr]
