"""Whether the server lives (`/healthz`) and whether it can serve (`/readyz`): database, migrations, workers.

Readiness opens its own short connection, so it answers while the database is down and while the pool is exhausted.
"""

from functools import cache

import psycopg
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.core.text import Text
from layers.process.alone import held

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 2000
HEARTBEAT_S = 60
"""A queue worker writes its heartbeat every 10 s; after this long without one it counts as missing."""

DATABASE_DOWN = Text(vi="Cơ sở dữ liệu không trả lời.", en="The database does not answer.")
NOT_MIGRATED = Text(
    vi="Cơ sở dữ liệu chưa có bảng mới nhất: chạy manage.py migrate.",
    en="The database lacks the latest tables: run manage.py migrate.",
)
NO_WORKER = Text(
    vi="Tiến trình xử lý hàng đợi (jobs) không chạy.", en="The queue worker (process jobs) is not running."
)

NOT_RUNNING = Text(vi="Tiến trình {name} không chạy.", en="The process {name} is not running.")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything that serving needs is there, else 503 and what is missing, by name."""
    missing = _missing()
    body = {"status": "not_ready" if missing else "ready", "missing": [_entry(name, missing[name]) for name in missing]}
    return JsonResponse(body, status=503 if missing else 200, json_dumps_params={"ensure_ascii": False})


def _entry(name: str, message: Text) -> dict[str, object]:
    return {"check": name, "message": message.json()}


def _missing() -> dict[str, Text]:
    try:
        with _connect() as session:
            if not _is_migrated(session):
                return {"migrations": NOT_MIGRATED}
            return {**({} if _has_worker(session) else {"jobs": NO_WORKER}), **_ended(session)}
    except psycopg.Error:
        return {"database": DATABASE_DOWN}


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    database = connection.settings_dict
    return psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"] or None,
        connect_timeout=CONNECT_TIMEOUT_S,
        options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        application_name="geo_ioc readyz",
    )


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration in the code; it cannot change while the process lives."""
    return frozenset(MigrationLoader(None).disk_migrations or {})


def _is_migrated(session: psycopg.Connection[tuple[object, ...]]) -> bool:
    try:
        applied = session.execute("SELECT app, name FROM django_migrations").fetchall()
    except psycopg.errors.UndefinedTable:
        return False
    return _migrations() <= set(applied)


def _ended(session: psycopg.Connection[tuple[object, ...]]) -> dict[str, Text]:
    """The processes that do not run, of those that hold their name (`layers.process.alone`)."""
    declared = [name for config in apps.get_app_configs() for name in getattr(config, "alone", ())]
    running = held(session, declared)
    return {name: NOT_RUNNING.format(name=name) for name in declared if name not in running}


def _has_worker(session: psycopg.Connection[tuple[object, ...]]) -> bool:
    alive = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))"
    row = session.execute(alive, [HEARTBEAT_S]).fetchone()
    return row is not None and bool(row[0])
