"""Plans get a recorded time, and name what they replace by code and version."""

import django.utils.timezone
from django.db import migrations, models

KNOWN = """
update land_records_plan p set
  recorded_from = least(p.updated_at, (select min(z.recorded_from) from land_records_planzone z where z.plan_id = p.id)),
  replaces_code = coalesce(f.code, ''),
  replaces_version = f.version
from land_records_plan self left join land_records_plan f on f.id = self.replaces_id
where self.id = p.id
"""
"""What is stored was known since it was written or since its first zone was; what it replaced keeps its name."""
REPLACED = """
update land_records_plan p set replaces_id = f.id
from land_records_plan f where f.code = p.replaces_code and f.version = p.replaces_version and f.recorded_to is null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("land_records", "0009_scans"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="plan", name="land_records_plan_once"),
        migrations.AddField(
            model_name="plan",
            name="recorded_from",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(model_name="plan", name="recorded_to", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="plan", name="replaces_code", field=models.CharField(blank=True, default="", max_length=60)
        ),
        migrations.AddField(
            model_name="plan", name="replaces_version", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.RunSQL(KNOWN, REPLACED),
        migrations.RemoveField(model_name="plan", name="replaces"),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["code", "version"], name="land_records_plan_code"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recorded_to__isnull", True)),
                fields=("code", "version"),
                name="land_records_plan_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True), ("recorded_to__gt", models.F("recorded_from")), _connector="OR"
                ),
                name="land_records_plan_recorded",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaces_code", ""), ("replaces_version__isnull", True)),
                    models.Q(models.Q(("replaces_code", ""), _negated=True), ("replaces_version__isnull", False)),
                    _connector="OR",
                ),
                name="land_records_plan_replaces",
            ),
        ),
    ]
