"""Rows as entities: a list, one entity, and what is expanded in them, by one statement for each navigation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import DataError, OperationalError, connection
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL
from psycopg.errors import QueryCanceled

from layers.core.errors import Busy
from layers.core.limit import at_most
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.sensors.things.condition import Translator
from layers.sensors.things.entity import Entity, Leaf, Navigation, Property
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import VERSION, entities
from layers.sensors.things.options import TOKEN, Expand, Options
from layers.sensors.things.page import Sorted, after, in_order, write_token
from layers.sensors.things.reach import below
from layers.sensors.things.reach import rows as rows_of

READ_S: Final = 10.0
COUNT_S: Final = 3.0
MAX_ENTITIES: Final = 50_000
"""Entities of one answer, those expanded included."""

TOO_SLOW = Text(
    vi="Đếm chính xác mất quá lâu. Bỏ $count=true hoặc lọc hẹp hơn, theo một Datastream hay một khoảng thời gian.",
    en="An exact count takes too long. Leave $count=true out or filter more narrowly, by a Datastream or a time.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was read of one row.

    Attributes:
        key, order, here: values of the key, of the order, and of the fields that navigations start from.
        values: of the chosen properties' columns.
    """

    key: tuple[Any, ...]
    order: tuple[Any, ...]
    here: Mapping[str, Any]
    values: tuple[Any, ...]


@dataclass(slots=True)
class _Plan:
    """The columns that are read of an entity, in order."""

    entity: Entity
    properties: Sequence[Property]
    order: Sequence[Sorted]
    here: Sequence[str]
    columns: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        named = [F(name) for name in (*self.entity.key.fields, *self.here)]
        leaves = [column for one in self.properties for leaf in one.leaves for column in leaf.columns("")]
        self.columns = [*named, *(one.expression for one in self.order), *leaves]

    def select(self, found: "QuerySet[Any]", *more: Any) -> "QuerySet[Any]":
        """The rows as tuples of the columns, and of more at the end."""
        named = {f"c{at}": column for at, column in enumerate([*self.columns, *more])}
        return found.annotate(**named).values_list(*named)

    def row(self, values: Sequence[Any]) -> Row:
        keys = len(self.entity.key.fields)
        here, order = keys + len(self.here), keys + len(self.here) + len(self.order)
        return Row(
            key=tuple(values[:keys]),
            here=dict(zip(self.here, values[keys:here], strict=True)),
            order=tuple(values[here:order]),
            values=tuple(values[order:]),
        )


class Reader:
    """Reads for one request.

    Args:
        viewer: who asks.
        root: scheme and host of this server, for links.
    """

    def __init__(self, viewer: Viewer, root: str) -> None:
        """Nothing is read yet."""
        self._viewer = viewer
        self._root = root
        self._entities = entities(viewer.language)
        self._left = MAX_ENTITIES

    @property
    def service(self) -> str:
        """Address of the service."""
        return f"{self._root}/sensorthings/{VERSION}"

    # ----------------------------------------------------------------- lists

    def collection(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> dict[str, Any]:
        """A page of a list, with its count where asked and the link to the next."""
        found, plan = self._asked(entity, found, options)
        answer: dict[str, Any] = {}
        if options.count:
            answer["@iot.count"] = self._count(found)
        page = in_order(found, entity, plan.order)
        if options.token:
            page = after(page, entity, plan.order, options.texts.get("$orderby", ""), options.token)
        start = 0 if options.token else options.skip
        with _in_time():
            read = [plan.row(values) for values in plan.select(page)[start : start + options.top + 1]]
        answer["value"] = self._written(plan, read[: options.top], options)
        if len(read) > options.top > 0:
            answer["@iot.nextLink"] = self._next(entity, options, read[options.top - 1], link)
        return answer

    def references(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> dict[str, Any]:
        """A page of a list as links alone."""
        asked = Options(**{**_fields(options), "select": ("selfLink",), "expand": ()})
        return self.collection(entity, found, asked, link)

    def data_array(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> dict[str, Any]:
        """Observations as arrays, one for each Datastream of the page (OGC 18-088 §14)."""
        page = self.collection(entity, found, Options(**{**_fields(options), "select": None}), link)
        names = [one.name for one in entity.properties]
        wanted = [name for name in options.select or ("id", *names) if name in {"id", "@iot.id", *names}]
        groups: dict[str, list[list[Any]]] = {}
        for one in page["value"]:
            datastream = one["@iot.id"].partition("_")[0]
            values = [one["@iot.id"] if name in {"id", "@iot.id"} else one.get(name) for name in wanted]
            groups.setdefault(datastream, []).append(values)
        page["value"] = [
            {
                "Datastream@iot.navigationLink": f"{self.service}/Datastreams({datastream})",
                "components": wanted,
                "dataArray@iot.count": len(values),
                "dataArray": values,
            }
            for datastream, values in groups.items()
        ]
        return page

    # ---------------------------------------------------------- one of them

    def single(self, entity: Entity, found: "QuerySet[Any]", options: Options) -> dict[str, Any]:
        """One entity."""
        plan = self._plan(entity, options, ())
        with _in_time():
            read = [plan.row(values) for values in plan.select(found)[:1]]
        written: dict[str, Any] = self._written(plan, read, options)[0]
        return written

    def property(self, entity: Entity, found: "QuerySet[Any]", names: Sequence[str]) -> Any:
        """The value of a property, or of a part of it."""
        value: Any = self.single(entity, found, Options(select=(names[0],))).get(names[0])
        return value[names[1]] if len(names) > 1 else value

    # --------------------------------------------------------------- reading

    def _asked(self, entity: Entity, found: "QuerySet[Any]", options: Options) -> "tuple[QuerySet[Any], _Plan]":
        if options.filter is not None:
            found = found.filter(Translator(entity, self._viewer, "$filter").condition(options.filter))
        translator = Translator(entity, self._viewer, "$orderby")
        order = []
        for node, down in options.order:
            typed = translator.order(node)
            order.append(Sorted(typed.expression, down, typed.kind, typed.required))
        return found, self._plan(entity, options, order)

    def _plan(self, entity: Entity, options: Options, order: Sequence[Sorted]) -> _Plan:
        self._check(entity, options)
        chosen = [one for one in entity.properties if options.select is None or one.name in options.select]
        ways = [entity.navigation(one.name) for one in options.expand]
        return _Plan(entity, chosen, order, list(dict.fromkeys(way.here for way in ways if way)))

    def _check(self, entity: Entity, options: Options) -> None:
        ways = [one.name for one in entity.navigations]
        properties = [one.name for one in entity.properties]
        for name in options.select or ():
            if name not in {"id", "@iot.id", "selfLink", "@iot.selfLink", *ways, *properties}:
                known = ", ".join(["id", *properties, *ways])
                raise BadQuery(
                    "$select",
                    f"{entity.name} không có “{name[:60]}”; có: {known}",
                    f"{entity.name} has no “{name[:60]}”; there are: {known}",
                )
        for one in options.expand:
            if one.name not in ways:
                known = ", ".join(ways)
                raise BadQuery(
                    "$expand",
                    f"{entity.name} không dẫn tới “{one.name[:60]}”; có: {known}",
                    f"{entity.name} does not lead to “{one.name[:60]}”; there are: {known}",
                )

    def _count(self, found: "QuerySet[Any]") -> int:
        """How many there are exactly; refused where the database cannot tell in time, never guessed."""
        with _counted():
            return int(found.order_by().count())

    # ------------------------------------------------------------- expanding

    def _expanded(self, parent: _Plan, read: Sequence[Row], expand: Expand) -> list[dict[str, Any]]:
        """For each of the rows, what stands under the navigation's name."""
        way = parent.entity.navigation(expand.name)
        assert way is not None
        starts = list(dict.fromkeys(row.here[way.here] for row in read))
        entity = self._entities[way.target]
        related = below(entity.rows) if way.back else rows_of(entity.rows, self._viewer)
        found, plan = self._asked(entity, related, expand.options)
        fetch = self._fetch_fanned if way.ahead is None else self._fetch_one
        children, counts = fetch(way, found, plan, starts, expand.options)
        written = self._written(plan, [row for rows in children.values() for row in rows], expand.options)
        by_start: dict[Any, list[dict[str, Any]]] = {}
        for start, rows in children.items():
            by_start[start], written = written[: len(rows)], written[len(rows) :]
        return [self._attached(parent.entity, row, way, by_start, children, counts, expand) for row in read]

    def _attached(
        self,
        entity: Entity,
        row: Row,
        way: Navigation,
        by_start: Mapping[Any, list[dict[str, Any]]],
        children: Mapping[Any, list[Row]],
        counts: Mapping[Any, int],
        expand: Expand,
    ) -> dict[str, Any]:
        start, top = row.here[way.here], expand.options.top
        values = by_start.get(start, [])
        if not way.many:
            return {expand.name: values[0]} if values else {}
        found: dict[str, Any] = {expand.name: values[:top]}
        if expand.options.count:
            found[f"{expand.name}@iot.count"] = counts.get(start, 0)
        if len(values) > top > 0:
            link = f"{self._self_link(entity, row)}/{expand.name}"
            target = self._entities[way.target]
            found[f"{expand.name}@iot.nextLink"] = self._next(target, expand.options, children[start][top - 1], link)
        return found

    def _fetch_one(
        self, way: Navigation, found: "QuerySet[Any]", plan: _Plan, starts: Sequence[Any], options: Options
    ) -> tuple[dict[Any, list[Row]], dict[Any, int]]:
        """Each start leads to one row: all of them at once."""
        asked = plan.select(found.filter(**{f"{way.there}__in": starts}), F(way.there))
        with _in_time():
            children = {start: [plan.row(values)] for *values, start in asked}
        self._spend(len(children))
        counts = {start: len(rows) for start, rows in children.items()}
        return ({} if options.skip else children), counts

    def _fetch_fanned(
        self, way: Navigation, found: "QuerySet[Any]", plan: _Plan, starts: Sequence[Any], options: Options
    ) -> tuple[dict[Any, list[Row]], dict[Any, int]]:
        """Each start leads to many rows: the first of each, by one lateral join."""
        related = found.filter(**{way.there: RawSQL("parent.id", [])})
        page = plan.select(in_order(related, plan.entity, plan.order))[options.skip : options.skip + options.top + 1]
        children: dict[Any, list[Row]] = {}
        for start, *values in self._lateral(starts, page, self._left + 1):
            children.setdefault(start, []).append(plan.row(values))
        self._spend(sum(len(rows) for rows in children.values()))
        counts: dict[Any, int] = {}
        if options.count:
            with _counted():
                counts = dict(self._counts(starts, related))
        return children, counts

    def _lateral(self, starts: Sequence[Any], related: "QuerySet[Any]", most: int) -> list[tuple[Any, ...]]:
        try:
            sql, params = related.query.sql_with_params()
        except EmptyResultSet:
            return []
        with _in_time(), connection.cursor() as cursor:
            cursor.execute(
                f"select parent.id, child.* from unnest(%s::{_array(starts)}) with ordinality as parent (id, place) "
                f"cross join lateral ({sql}) child limit %s",
                [list(starts), *params, most],
            )
            read: list[tuple[Any, ...]] = cursor.fetchall()
        return read

    def _counts(self, starts: Sequence[Any], related: "QuerySet[Any]") -> list[tuple[Any, int]]:
        try:
            sql, params = related.order_by().annotate(one=Value(1)).values("one").query.sql_with_params()
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"select parent.id, (select count(*) from ({sql}) child) "
                f"from unnest(%s::{_array(starts)}) as parent (id)",
                [*params, list(starts)],
            )
            found: list[tuple[Any, int]] = cursor.fetchall()
        return found

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise BadQuery(
                "$expand",
                f"câu trả lời có hơn {MAX_ENTITIES} đối tượng; giảm $top, kể cả trong $expand",
                f"the answer would hold more than {MAX_ENTITIES} entities; lower $top, inside $expand too",
            )

    # --------------------------------------------------------------- writing

    def _written(self, plan: _Plan, read: Sequence[Row], options: Options) -> list[dict[str, Any]]:
        written = [self._entity(plan, row, options) for row in read]
        if read:
            for expand in options.expand:
                for one, more in zip(written, self._expanded(plan, read, expand), strict=True):
                    one.pop(f"{expand.name}@iot.navigationLink", None)
                    one.update(more)
        return written

    def _entity(self, plan: _Plan, row: Row, options: Options) -> dict[str, Any]:
        entity, select = plan.entity, options.select
        link = self._self_link(entity, row)
        written: dict[str, Any] = {}
        if select is None or {"id", "@iot.id"} & set(select):
            written["@iot.id"] = entity.key.write(row.key)
        if select is None or {"selfLink", "@iot.selfLink"} & set(select):
            written["@iot.selfLink"] = link
        values = iter(row.values)
        for one in plan.properties:
            value = self._property(one, values)
            if value is not None:
                written[one.name] = value
        for way in entity.navigations:
            if select is None or way.name in select:
                written[f"{way.name}@iot.navigationLink"] = f"{link}/{way.name}"
        return written

    def _property(self, one: Property, values: Any) -> Any:
        if isinstance(one.value, Leaf):
            return self._leaf(one.value, values)
        return {name: self._leaf(leaf, values) for name, leaf in one.value.items()}

    def _leaf(self, leaf: Leaf, values: Any) -> Any:
        value = next(values)
        if leaf.kind == "interval":
            end = next(values)
            return None if value is None else f"{iso(value)}/{iso(end)}"
        if value is None:
            return None
        if leaf.write is not None:
            return leaf.write(value)
        match leaf.kind:
            case "time":
                return iso(value)
            case "geometry":
                return json.loads(value)
            case "link":
                return self._root + value
        return value

    def _self_link(self, entity: Entity, row: Row) -> str:
        key = entity.key.write(row.key)
        shown = f"'{quote(key)}'" if isinstance(key, str) else key
        return f"{self.service}/{entity.name}({shown})"

    def _next(self, entity: Entity, options: Options, last: Row, link: str) -> str:
        token = write_token(entity, options.texts.get("$orderby", ""), [*last.order, *last.key])
        kept = {name: text for name, text in options.texts.items() if name != "$skip"}
        return f"{link}?{urlencode({**kept, TOKEN: token}, safe='$,/()', quote_via=quote)}"


def iso(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _array(starts: Sequence[Any]) -> str:
    return "text[]" if starts and isinstance(starts[0], str) else "bigint[]"


def _fields(options: Options) -> dict[str, Any]:
    return {name: getattr(options, name) for name in Options.__dataclass_fields__}


@contextmanager
def _in_time(seconds: float = READ_S) -> Iterator[None]:
    """Statements end in time; what the database cannot compute is the query's fault.

    Raises:
        BadQuery: a number out of range, or the like.
    """
    try:
        with at_most(seconds):
            yield
    except DataError as fault:
        reason = str(fault).splitlines()[0]
        raise BadQuery("$filter", f"không tính được: {reason}", f"it cannot be computed: {reason}") from fault


@contextmanager
def _counted() -> Iterator[None]:
    """An exact count, or the words that it takes too long; never a guess.

    Raises:
        Busy: it took longer than `COUNT_S`.
    """
    try:
        with _in_time(COUNT_S):
            yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise Busy(TOO_SLOW, field="$count", slug="count_too_slow") from fault
        raise
