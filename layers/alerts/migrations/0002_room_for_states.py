"""States change every few seconds: pages keep room for a row's next version, so that no index is touched."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_create_alerts")]

    operations = [
        migrations.RunSQL(
            "alter table alerts_watch set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)",
            "alter table alerts_watch reset (fillfactor, autovacuum_vacuum_scale_factor)",
        )
    ]
