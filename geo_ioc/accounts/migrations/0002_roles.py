"""Write the roles of people and machines."""

from typing import Any

from django.db import migrations

from geo_ioc.accounts.roles import install_roles


def write_roles(apps: Any, _schema_editor: Any) -> None:
    """Every role the layers may name."""
    install_roles(apps.get_model("accounts", "Role"))


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(write_roles, migrations.RunPython.noop)]
