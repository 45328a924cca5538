"""A tile's cells as one byte string for each combination of values, as low zooms are read."""

from django.db import migrations

PLACE = 'layer, z, tile_x, tile_y, scope, "by"'

TABLES = f"""
alter table map_cell drop constraint map_cell_pkey;
alter table map_cell add primary key ({PLACE}, cx, cy);
create table map_cell_pack (
  layer text not null,
  z smallint not null, tile_x int not null, tile_y int not null,
  scope text not null,
  "by" text[] not null,
  data bytea not null,
  primary key ({PLACE})
);
alter table map_cell_pack alter column data set storage external;
comment on table map_cell_pack is 'what map_cell holds of a tile, one byte string for each scope and values';
insert into map_cell_pack
select {PLACE}, string_agg(int2send(cx) || int2send(cy) || int8send(count) || int8send(east_cm) || int8send(north_cm)
  || int8send(sum1) || int8send(sum2), ''::bytea order by cy, cx)
from map_cell where count <> 0 group by {PLACE};
"""

BACK = """
drop table map_cell_pack;
alter table map_cell drop constraint map_cell_pkey;
alter table map_cell add primary key (layer, z, tile_x, tile_y, scope, cx, cy, "by");
"""


class Migration(migrations.Migration):
    """Kept by the job that folds."""

    dependencies = [("core", "0004_links")]
    operations = [migrations.RunSQL(TABLES, BACK)]
