"""Units are looked for by the names they had."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admin_units", "0001_units"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="adminunit",
            index=models.Index(fields=["name_key"], name="admin_units_unit_name_key"),
        ),
    ]
