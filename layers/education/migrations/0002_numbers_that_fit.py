"""Numbers of a school that can be: the most that any school reports."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admin_units", "0002_name_key"),
        ("education", "0001_schools"),
    ]

    operations = [
        migrations.AlterField(
            model_name="school",
            name="classes",
            field=models.PositiveIntegerField(
                null=True, validators=[django.core.validators.MaxValueValidator(500, "Nhiều nhất 500.")]
            ),
        ),
        migrations.AlterField(
            model_name="school",
            name="pupils",
            field=models.PositiveIntegerField(
                null=True, validators=[django.core.validators.MaxValueValidator(20000, "Nhiều nhất 20.000.")]
            ),
        ),
        migrations.AlterField(
            model_name="school",
            name="teachers",
            field=models.PositiveIntegerField(
                null=True, validators=[django.core.validators.MaxValueValidator(2000, "Nhiều nhất 2.000.")]
            ),
        ),
    ]
