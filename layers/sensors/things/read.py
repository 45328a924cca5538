"""Rows as entities: a list, one entity, and what is expanded in them, by one statement for each navigation."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import DataError, OperationalError, connection
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL
from psycopg.errors import QueryCanceled
from psycopg.types.datetime import TimestamptzLoader

from layers.core.errors import Busy
from layers.core.limit import at_most
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.sensors.things.condition import Translator
from layers.sensors.things.entity import Entity, Navigation
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import VERSION, entities
from layers.sensors.things.options import TOKEN, Expand, Options
from layers.sensors.things.page import Sorted, after, in_order, write_token
from layers.sensors.things.reach import below
from layers.sensors.things.reach import rows as rows_of
from layers.sensors.things.write import IDS, Plan, Row, Writer, text_json

READ_S: Final = 10.0
COUNT_S: Final = 3.0
ANSWER_S: Final = 20.0
"""Seconds that the database may work for one answer, for one statement, and for a count."""
MAX_ENTITIES: Final = 50_000
"""Entities of one answer, those expanded included."""

TOO_SLOW = Text(
    vi="Đếm chính xác mất quá lâu. Bỏ $count=true hoặc lọc hẹp hơn, theo một Datastream hay một khoảng thời gian.",
    en="An exact count takes too long. Leave $count=true out or filter more narrowly, by a Datastream or a time.",
)


class NotComputed(BadQuery):
    """The database cannot compute what is asked: a number or a time out of range."""

    def __init__(self) -> None:
        """Say so, and nothing of the row it was computed of."""
        super().__init__(
            "$filter",
            "không tính được: một số hay một thời điểm vượt quá giới hạn",
            "it cannot be computed: a number or a time gets out of range",
        )


class Reader:
    """Reads for one request, and writes JSON.

    Args:
        viewer: who asks.
        root: scheme and host of this server, for links.
        strictly: see `condition.Translator`.
    """

    def __init__(self, viewer: Viewer, root: str, *, strictly: bool = False) -> None:
        """Nothing is read yet."""
        self._viewer = viewer
        self._root = root
        self._strictly = strictly
        self._entities = entities(viewer.language)
        self._left = MAX_ENTITIES
        self._until = time.monotonic() + ANSWER_S

    @property
    def service(self) -> str:
        """Address of the service."""
        return f"{self._root}/sensorthings/{VERSION}"

    # ----------------------------------------------------------------- lists

    def collection(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> str:
        """A page of a list, with its count where asked and the link to the next."""
        translator, plan = self._asked(entity, options)
        read, around = self._page(translator, plan, found, options, link)
        return _page_json(self._written(plan, read, options), *around)

    def references(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> str:
        """A page of a list as links alone."""
        return self.collection(entity, found, Options(**{**_fields(options), "select": ("selfLink",)}), link)

    def data_array(self, entity: Entity, found: "QuerySet[Any]", options: Options, link: str) -> str:
        """Observations as arrays, one for each Datastream of the page (OGC 18-088 §14)."""
        names = [one.name for one in entity.properties]
        wanted = options.select or ("id", *names)
        for name in wanted:
            if name not in IDS and name not in names:
                known = ", ".join(["id", *names])
                raise BadQuery(
                    "$select",
                    f"dataArray không có “{name[:60]}”; có: {known}",
                    f"a dataArray has no “{name[:60]}”; there are: {known}",
                )
        translator, plan = self._asked(entity, options)
        read, around = self._page(translator, plan, found, options, link)
        writer = Writer(plan, self._root, self.service, options.select)
        makers = dict(zip((one.name for one in plan.properties), (make for _, make in writer.properties), strict=True))
        groups: dict[Any, list[str]] = {}
        for row in read:
            cells = [writer.id(row) if name in IDS else makers[name](row) or "null" for name in wanted]
            groups.setdefault(row[plan.key_at[0]], []).append(f"[{','.join(cells)}]")
        head = ",".join(text_json(name) for name in wanted)
        return _page_json(
            [
                f'{{"Datastream@iot.navigationLink":{text_json(f"{self.service}/Datastreams({datastream})")},'
                f'"components":[{head}],"dataArray@iot.count":{len(rows)},"dataArray":[{",".join(rows)}]}}'
                for datastream, rows in groups.items()
            ],
            *around,
        )

    def single(self, entity: Entity, found: "QuerySet[Any]", options: Options) -> str:
        """One entity."""
        plan = self._plan(entity, options, ())
        [written] = self._written(plan, self._rows(plan.select(found)[:1]), options)
        return written

    # --------------------------------------------------------------- reading

    def _asked(self, entity: Entity, options: Options) -> tuple[Translator, Plan]:
        """What is read, in which order."""
        translator = Translator(entity, self._viewer, "$orderby", self._strictly)
        order = []
        for node, down in options.order:
            typed = translator.order(node)
            order.append(Sorted(typed.expression, down, typed.required))
        return Translator(entity, self._viewer, "$filter", self._strictly), self._plan(entity, options, order)

    def _plan(self, entity: Entity, options: Options, order: Sequence[Sorted]) -> Plan:
        self._check(entity, options)
        chosen = [one for one in entity.properties if options.select is None or one.name in options.select]
        ways = [entity.navigation(one.name) for one in options.expand]
        return Plan(entity, chosen, order, list(dict.fromkeys(way.here for way in ways if way)))

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

    def _page(
        self, translator: Translator, plan: Plan, found: "QuerySet[Any]", options: Options, link: str
    ) -> tuple[list[Row], tuple[int | None, str | None]]:
        """The rows of a page; the count where asked, and the link to the next page where there is one."""
        entity = plan.entity
        if options.filter is not None:
            found = translator.where(found, translator.condition(options.filter))
        count = self._count(found) if options.count else None
        start = options.skip
        if options.token is not None:
            start = 0
            order_text = options.texts.get("$orderby", "")
            found = translator.where(found, after(entity, plan.order, order_text, options.token))
        read = self._rows(plan.select(in_order(found, entity, plan.order))[start : start + options.top + 1])
        following = None
        if len(read) > options.top > 0:
            following = link + _Following(plan, options).after(read[options.top - 1])
        return read[: options.top], (count, following)

    def _rows(self, asked: "QuerySet[Any]") -> list[Row]:
        try:
            sql, params = asked.query.sql_with_params()
        except EmptyResultSet:
            return []
        return self._run(sql, params, READ_S)

    def _run(self, sql: str, params: Sequence[Any], seconds: float) -> list[Row]:
        """Rows as the driver reads them: Django's own reading of times, in Python, is most of the work otherwise."""
        with self._in_time(seconds), connection.cursor() as cursor:
            cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.execute(sql, params)
            read: list[Row] = cursor.fetchall()
        return read

    def _count(self, found: "QuerySet[Any]") -> int:
        """How many there are exactly; refused where the database cannot tell in time, never guessed."""
        with _counted(), self._in_time(COUNT_S):
            return int(found.order_by().count())

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        """Statements end in time, all of an answer within `ANSWER_S`.

        Raises:
            NotComputed: what the database cannot compute is the query's fault.
        """
        try:
            with at_most(min(seconds, self._until - time.monotonic())):
                yield
        except DataError as fault:
            raise NotComputed from fault

    # ------------------------------------------------------------- expanding

    def _expanded(self, parent: Plan, links: Sequence[str], read: Sequence[Row], expand: Expand) -> list[list[str]]:
        """For each of the rows, the members under the navigation's name."""
        way = parent.entity.navigation(expand.name)
        assert way is not None
        options, at = expand.options, parent.here_at[way.here]
        starts = list(dict.fromkeys(row[at] for row in read))
        entity = self._entities[way.target]
        related = below(entity.rows) if way.back else rows_of(entity.rows, self._viewer)
        translator, plan = self._asked(entity, options)
        if options.filter is not None:
            related = translator.where(related, translator.condition(options.filter))
        fetch = self._fetch_fanned if way.ahead is None else self._fetch_one
        children, counts = fetch(way, related, plan, starts, options)
        shown = [row for rows in children.values() for row in rows[: options.top]]
        written = iter(self._written(plan, shown, options))
        texts = {start: [next(written) for _ in rows[: options.top]] for start, rows in children.items()}
        following, members = _Following(plan, options), []
        for row, link in zip(read, links, strict=True):
            start, found = row[at], []
            values = texts.get(start, [])
            if not way.many:
                members.append([f'"{way.name}":{values[0]}'] if values else [])
                continue
            found.append(f'"{way.name}":[{",".join(values)}]')
            if options.count:
                found.append(f'"{way.name}@iot.count":{counts.get(start, 0)}')
            rows = children.get(start, [])
            if len(rows) > options.top > 0:
                link_on = f"{link}/{way.name}{following.after(rows[options.top - 1])}"
                found.append(f'"{way.name}@iot.nextLink":{text_json(link_on)}')
            members.append(found)
        return members

    def _fetch_one(
        self, way: Navigation, found: "QuerySet[Any]", plan: Plan, starts: Sequence[Any], options: Options
    ) -> tuple[dict[Any, list[Row]], dict[Any, int]]:
        """Each start leads to one row: all of them at once."""
        read = self._rows(plan.select(found.filter(**{f"{way.there}__in": starts}), F(way.there)))
        children = {row[-1]: [row] for row in read}
        self._spend(len(children))
        counts = {start: len(rows) for start, rows in children.items()}
        return ({} if options.skip else children), counts

    def _fetch_fanned(
        self, way: Navigation, found: "QuerySet[Any]", plan: Plan, starts: Sequence[Any], options: Options
    ) -> tuple[dict[Any, list[Row]], dict[Any, int]]:
        """Each start leads to many rows: the first of each, by one lateral join."""
        related = found.filter(**{way.there: RawSQL("parent.id", [])})
        page = plan.select(in_order(related, plan.entity, plan.order))[options.skip : options.skip + options.top + 1]
        children: dict[Any, list[Row]] = {}
        for row in self._lateral(starts, page, self._left + 1):
            children.setdefault(row[-1], []).append(row)
        self._spend(sum(len(rows) for rows in children.values()))
        counts: dict[Any, int] = {}
        if options.count:
            with _counted():
                counts = dict(self._counts(starts, related))
        return children, counts

    def _lateral(self, starts: Sequence[Any], related: "QuerySet[Any]", most: int) -> list[Row]:
        """The rows of each start, with the start at their end."""
        try:
            sql, params = related.query.sql_with_params()
        except EmptyResultSet:
            return []
        return self._run(
            f"select child.*, parent.id from unnest(%s::{_array(starts)}) with ordinality as parent (id, place) "
            f"cross join lateral ({sql}) child limit %s",
            [list(starts), *params, most],
            READ_S,
        )

    def _counts(self, starts: Sequence[Any], related: "QuerySet[Any]") -> list[Row]:
        try:
            sql, params = related.order_by().annotate(one=Value(1)).values("one").query.sql_with_params()
        except EmptyResultSet:
            return []
        return self._run(
            f"select parent.id, (select count(*) from ({sql}) child) from unnest(%s::{_array(starts)}) as parent (id)",
            [*params, list(starts)],
            COUNT_S,
        )

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise BadQuery(
                "$expand",
                f"câu trả lời có hơn {MAX_ENTITIES} đối tượng; giảm $top, kể cả trong $expand",
                f"the answer would hold more than {MAX_ENTITIES} entities; lower $top, inside $expand too",
            )

    # --------------------------------------------------------------- writing

    def _written(self, plan: Plan, read: Sequence[Row], options: Options) -> list[str]:
        if not read:
            return []
        writer = Writer(plan, self._root, self.service, options.select, [one.name for one in options.expand])
        if not options.expand:
            return [writer.entity(row) for row in read]
        links = [writer.link(row) for row in read]
        parts = [self._expanded(plan, links, read, expand) for expand in options.expand]
        return [
            writer.entity(row, [member for members in found for member in members])
            for row, *found in zip(read, *parts, strict=True)
        ]


def _page_json(values: Sequence[str], count: int | None, following: str | None) -> str:
    head = "" if count is None else f'"@iot.count":{count},'
    tail = "" if following is None else f',"@iot.nextLink":{text_json(following)}'
    return f'{{{head}"value":[{",".join(values)}]{tail}}}'


class _Following:
    """The query of the page after the one that ends with a row."""

    def __init__(self, plan: Plan, options: Options) -> None:
        kept = {name: text for name, text in options.texts.items() if name != "$skip"}
        asked = urlencode(kept, safe="$,/()", quote_via=quote) + "&" if kept else ""
        self._head = f"?{asked}{TOKEN}="
        self._plan = plan
        self._order_text = options.texts.get("$orderby", "")

    def after(self, row: Row) -> str:
        return self._head + write_token(self._plan.entity, self._order_text, self._plan.last(row))


def _array(starts: Sequence[Any]) -> str:
    return "text[]" if starts and isinstance(starts[0], str) else "bigint[]"


def _fields(options: Options) -> dict[str, Any]:
    return {name: getattr(options, name) for name in Options.__dataclass_fields__}


@contextmanager
def _counted() -> Iterator[None]:
    """An exact count, or the words that it takes too long; never a guess.

    Raises:
        Busy: it took longer than `COUNT_S`.
    """
    try:
        yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise Busy(TOO_SLOW, field="$count", slug="count_too_slow") from fault
        raise
