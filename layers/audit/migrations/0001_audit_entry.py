import django.contrib.postgres.fields
from django.db import migrations, models

# The advisory lock orders the writers: each reads the last committed entry only after the one before has committed.
# Triggers fire ALWAYS: session_replication_role does not switch them off. Whoever owns the table can still disable or
# drop them; `verify_audit --anchor` with a hash kept elsewhere shows it.
TABLE = """
create table audit_entry (
  sequence bigint primary key,
  at timestamptz not null,
  user_id bigint,
  login text,
  device text,
  roles text[] not null default '{}',
  action text not null check (action ~ '^[a-z][a-z0-9_]{0,63}$'),
  layer text check (length(layer) <= 64),
  feature_id bigint,
  purpose text check (length(purpose) <= 1000),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object' and length(detail::text) <= 20000),
  previous_hash text not null unique,
  hash text not null unique
);
create index audit_entry_feature on audit_entry (layer, feature_id, sequence desc);
create index audit_entry_login on audit_entry (login, sequence desc);
create index audit_entry_action on audit_entry (action, sequence desc);
create index audit_entry_at on audit_entry (at);
comment on table audit_entry is 'access log: append-only, each entry hashes the one before it; kept 24 months';
"""

HASH = """
create function audit_hash(entry audit_entry) returns text language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(
    entry.sequence::text,
    to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    entry.user_id::text, entry.login, entry.device, entry.roles,
    entry.action, entry.layer, entry.feature_id::text, entry.purpose, entry.detail::text,
    entry.previous_hash)::text, 'UTF8')), 'hex')
$$;
"""

CHAIN = """
create function audit_chain() returns trigger language plpgsql as $$
declare
  last record;
begin
  perform pg_advisory_xact_lock(4707253165);
  select sequence, hash into last from audit_entry order by sequence desc limit 1;
  new.sequence := coalesce(last.sequence, 0) + 1;
  new.at := clock_timestamp();
  new.previous_hash := coalesce(last.hash, repeat('0', 64));
  new.hash := audit_hash(new);
  return new;
end $$;
create trigger audit_chain before insert on audit_entry for each row execute function audit_chain();
alter table audit_entry enable always trigger audit_chain;
"""

KEEP = """
create function audit_keep() returns trigger language plpgsql as $$
begin
  raise exception 'audit_entry is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_keep before update or delete on audit_entry for each row execute function audit_keep();
create trigger audit_keep_all before truncate on audit_entry for each statement execute function audit_keep();
alter table audit_entry enable always trigger audit_keep;
alter table audit_entry enable always trigger audit_keep_all;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_database")]

    operations = [
        migrations.RunSQL(TABLE, "drop table audit_entry"),
        migrations.RunSQL(HASH, "drop function audit_hash(audit_entry)"),
        migrations.RunSQL(CHAIN, "drop function audit_chain() cascade"),
        migrations.RunSQL(KEEP, "drop function audit_keep() cascade"),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("login", models.TextField(null=True)),
                ("device", models.TextField(null=True)),
                ("roles", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("action", models.TextField()),
                ("layer", models.TextField(null=True)),
                ("feature_id", models.BigIntegerField(null=True)),
                ("purpose", models.TextField(null=True)),
                ("detail", models.JSONField()),
                ("previous_hash", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={
                "verbose_name": "mục nhật ký truy cập / access log entry",
                "verbose_name_plural": "nhật ký truy cập / access log",
                "db_table": "audit_entry",
                "ordering": ("-sequence",),
                "managed": False,
            },
        ),
    ]
