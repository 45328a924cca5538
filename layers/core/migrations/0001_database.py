"""What the database itself must know: extensions, the search key, VN-2000's provincial zones, the change journal."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations
from django.db.migrations.operations.base import Operation

from layers.core.migrations._vn2000 import zone_rows


class PostGISExtension(migrations.RunSQL):
    """`CREATE EXTENSION` needs a superuser only where the extension is missing."""

    def __init__(self) -> None:
        """Nothing to undo: the extension may serve others."""
        super().__init__("create extension if not exists postgis", migrations.RunSQL.noop)


SEARCH_KEY = """
create or replace function search_key(value text) returns text language sql immutable parallel safe strict as $$
  select btrim(regexp_replace(
    regexp_replace(public.unaccent('public.unaccent'::regdictionary, lower(
      case when value is nfkc normalized then value else normalize(value, nfkc) end)), '[’`´‘'']', '', 'g'),
    '[^[:alnum:]]+', ' ', 'g'))
$$;
"""

VERSION = """
create or replace function map_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
"""

JOURNAL = """
create table map_change (
  xid xid8 not null default pg_current_xact_id(),
  layer text not null,
  ids bigint[],
  old_scopes text[],
  new_scopes text[],
  west float8, south float8, east float8, north float8,
  live_only boolean not null default false,
  rows int not null,
  at timestamptz not null default clock_timestamp()
);
create index map_change_xid on map_change (xid);
create index map_change_at on map_change (at);
comment on table map_change is 'change journal: one row a changed area, written by triggers, read by snapshot';
create table map_journal (
  one boolean primary key default true check (one),
  database uuid not null default gen_random_uuid(),
  horizon xid8 not null default pg_current_xact_id()
);
insert into map_journal default values;
"""


class Migration(migrations.Migration):
    """Runs before every table of a layer."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations: list[Operation] = [
        PostGISExtension(),
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(SEARCH_KEY, "drop function search_key(text)"),
        migrations.RunSQL(VERSION, "drop function map_version()"),
        migrations.RunSQL(JOURNAL, "drop table map_change; drop table map_journal"),
        migrations.RunSQL([(sql, params) for sql, params in zone_rows()], migrations.RunSQL.noop),
    ]
