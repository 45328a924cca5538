"""What changes of other tables could see when they touched a layer's rows: read beside the change journal."""

from django.db import migrations

LINKS = """
create table map_link (
  xid xid8 not null default pg_current_xact_id(),
  layer text not null,
  seen pg_snapshot not null default pg_current_snapshot(),
  at timestamptz not null default clock_timestamp()
);
create index map_link_xid on map_link (xid);
comment on table map_link is 'change journal: snapshots in which changes of other tables looked for rows showing them';
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_cells")]

    operations = [migrations.RunSQL(LINKS, "drop table map_link")]
