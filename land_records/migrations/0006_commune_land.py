import django.db.models.deletion
from django.db import migrations, models

PARCELS = """
create function land_records_parcels_changed() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    insert into land_records_changedcommune (commune_id) select commune_id from old_rows union select commune_id from new_rows;
  elsif tg_op = 'INSERT' then
    insert into land_records_changedcommune (commune_id) select distinct commune_id from new_rows;
  elsif tg_op = 'DELETE' then
    insert into land_records_changedcommune (commune_id) select distinct commune_id from old_rows;
  else
    insert into land_records_changedcommune (commune_id) select distinct commune_id from land_records_communeland;
  end if;
  return null;
end $$;
"""
USES = """
create function land_records_uses_changed() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into land_records_changedcommune (commune_id)
    select distinct p.commune_id from new_rows u join land_records_parcel p on p.id = u.parcel_id;
  elsif tg_op = 'DELETE' then
    insert into land_records_changedcommune (commune_id)
    select distinct p.commune_id from old_rows u join land_records_parcel p on p.id = u.parcel_id;
  elsif tg_op = 'UPDATE' then
    insert into land_records_changedcommune (commune_id)
    select distinct p.commune_id from (select parcel_id from old_rows union select parcel_id from new_rows) u
    join land_records_parcel p on p.id = u.parcel_id;
  else
    insert into land_records_changedcommune (commune_id) select distinct commune_id from land_records_communeland;
  end if;
  return null;
end $$;
"""
STORED = "insert into land_records_changedcommune (commune_id) select distinct commune_id from land_records_parcel"
SEEN = {
    "insert": "referencing new table as new_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as old_rows",
    "truncate": "",
}


def told(table: str, name: str) -> migrations.RunSQL:
    """Triggers on a table, one an operation: only so each sees the rows it changed."""
    made = [
        f"create trigger {name}_{operation} after {operation} on {table} {rows} for each statement"
        f" execute function {name}();"
        for operation, rows in SEEN.items()
    ]
    gone = [f"drop trigger {name}_{operation} on {table};" for operation in SEEN]
    return migrations.RunSQL("".join(made), "".join(gone))


class Migration(migrations.Migration):
    dependencies = [
        ("admin_units", "0002_name_key"),
        ("land_records", "0005_dossier_prefix"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedCommune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commune_id", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="CommuneLand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("until", models.DateField(db_index=True, null=True)),
                ("areas", models.JSONField(default=dict)),
                ("parcels", models.PositiveIntegerField()),
                ("certified", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("recorded_to__isnull", True), ("valid_to__isnull", False)),
                fields=["commune"],
                name="land_records_parcel_past",
            ),
        ),
        migrations.AddField(
            model_name="communeland",
            name="commune",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="admin_units.adminunit",
            ),
        ),
        migrations.AddConstraint(
            model_name="communeland",
            constraint=models.UniqueConstraint(fields=("commune", "since"), name="land_records_commune_land_once"),
        ),
        migrations.AddConstraint(
            model_name="communeland",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                name="land_records_commune_land_days",
            ),
        ),
        migrations.RunSQL(PARCELS, "drop function land_records_parcels_changed()"),
        migrations.RunSQL(USES, "drop function land_records_uses_changed()"),
        told("land_records_parcel", "land_records_parcels_changed"),
        told("land_records_parceluse", "land_records_uses_changed"),
        migrations.RunSQL(STORED, migrations.RunSQL.noop),
    ]
