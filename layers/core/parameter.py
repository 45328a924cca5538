"""Values that a compiled statement takes at each run: one prepared statement for every tile and viewer."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Expression, Field, ForeignObject, Lookup


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands in a compiled statement's parameters until the value is known."""

    name: str


class Parameter(Expression):
    """A bound parameter: its value if it has one, else a `Slot` of its name."""

    def __init__(self, name: str, sql_type: str, output_field: Field[Any, Any], value: Any = None) -> None:
        """Name the slot; `value` None leaves it open."""
        super().__init__(output_field=output_field)
        self.name = name
        self.sql_type = sql_type
        self.value = value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`%s::type` with the value or the open slot."""
        value = Slot(self.name) if self.value is None else self.value
        return f"%s::{self.sql_type}", [value]


class InArray(Lookup[Any]):
    """`column = ANY(array)`: one parameter however many values, so the statement stays the same."""

    lookup_name = "in_array"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`lhs = ANY(rhs)`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = ANY({right})", [*left_params, *right_params]


class Holds(Expression):
    """Whether an array parameter holds a number, e.g. whether the viewer sees unassigned rows."""

    conditional = True

    def __init__(self, array: Parameter, number: int) -> None:
        """Look for `number` in `array`."""
        super().__init__(output_field=BooleanField())
        self.array = array
        self.number = int(number)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`number = ANY(array)`."""
        array, params = self.array.as_sql(compiler, connection)
        return f"{self.number} = ANY({array})", params


def ids(name: str, values: list[int] | None = None) -> Parameter:
    """An array of row ids, open where `values` is None."""
    return Parameter(name, "bigint[]", ArrayField(BigIntegerField()), values)


Field.register_lookup(InArray)
ForeignObject.register_lookup(InArray)  # foreign keys inherit no lookup of Field
