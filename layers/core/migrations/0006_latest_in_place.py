"""Latest values are rewritten in their own page, past the indexes; pages that are full already are as they were."""

from django.db import migrations


class Migration(migrations.Migration):
    """Every reading rewrites one; room for as many as a page holds is left in it."""

    dependencies = [("core", "0005_packs")]
    operations = [
        migrations.RunSQL(
            "alter table core_latestvalue set (fillfactor = 40)", "alter table core_latestvalue reset (fillfactor)"
        )
    ]
