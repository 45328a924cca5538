"""Foreign keys point at the own domain, at floor 1 and at accounts; of the rest a domain knows the layer's id."""

from django.apps import apps
from django.conf import settings

FLOOR_1 = {"admin_units", "basemap", "media", "notices", "audit"}


def test_no_foreign_key_crosses_from_domain_to_domain() -> None:
    faults = []
    for model in apps.get_models():
        if not model.__module__.startswith(("layers.", "land_records.", "tile_server.")):
            continue
        for field in model._meta.concrete_fields:
            target = field.related_model
            if target is None or target._meta.label == settings.AUTH_USER_MODEL:
                continue
            if target._meta.app_label not in {model._meta.app_label, *FLOOR_1}:
                faults.append(f"{model._meta.label}.{field.name} → {target._meta.label}")

    assert faults == []
