"""What the cells of low zooms count: the rungs, their cells, and what was added since they were last added up."""

from django.db import migrations

NUMBERS = """
  count bigint not null,
  east_cm bigint not null, north_cm bigint not null,
  sum1 bigint not null, sum2 bigint not null
"""

TABLES = f"""
create table map_rung (
  layer text primary key,
  signature text not null,
  first int not null,
  last int not null
);
comment on table map_rung is 'layers whose cells are counted: zooms of their tiles, and of which declaration';
create table map_cell (
  layer text not null,
  z smallint not null, tile_x int not null, tile_y int not null,
  scope text not null,
  cx smallint not null, cy smallint not null,
  "by" text[] not null,{NUMBERS},
  primary key (layer, z, tile_x, tile_y, scope, cx, cy, "by")
);
create index map_cell_empty on map_cell (layer) where count = 0;
comment on table map_cell is 'what a cell (cx, cy) of a tile counts, by scope and values; sums in hundredths';
create table map_cell_delta (
  layer text not null,
  scope text not null,
  x int not null, y int not null,
  "by" text[] not null,{NUMBERS}
);
create index map_cell_delta_place on map_cell_delta (layer, x, y);
comment on table map_cell_delta is 'what statements added to the smallest cells and took away, not yet added up';
"""


class Migration(migrations.Migration):
    """Written by triggers, added up by a job."""

    dependencies = [("core", "0002_tables")]
    operations = [migrations.RunSQL(TABLES, "drop table map_cell_delta, map_cell, map_rung")]
