"""A problem between parcels of two communes names both; where all lie in one, it names that twice."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
update land_records_parcelproblem problem set beside_id = coalesce((
    select parcel.commune_id from unnest(problem.parcels) with ordinality one (su_id, place)
    join land_records_parcel parcel on parcel.su_id = one.su_id and parcel.is_current
    where parcel.commune_id <> problem.commune_id order by one.place limit 1), problem.commune_id)
"""


def _beside(*, null: bool) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admin_units.adminunit"
    )


class Migration(migrations.Migration):
    dependencies = [("admin_units", "0002_name_key"), ("land_records", "0010_plans_as_known")]

    operations = [
        migrations.AddField("parcelproblem", "beside", _beside(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField("parcelproblem", "beside", _beside(null=False)),
    ]
