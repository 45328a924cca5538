"""The access log in the administration."""

import pytest
from django.contrib.auth import get_user_model

from layers.audit import record
from layers.audit.models import AuditEntry
from layers.core.viewer import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    """A browser of the role admin."""
    client.force_login(get_user_model().objects.create_superuser("chi", password="một câu rất dễ nhớ"))
    return client


def test_the_log_is_read_and_never_changed(administrator):
    receipt = record(Viewer(user="lan"), "reveal", layer="parcel_cases", feature_id=9, purpose="Hồ sơ 12")
    entry = AuditEntry.objects.get(sequence=receipt.sequence)
    address = f"/admin/audit/auditentry/{entry.pk}"

    assert administrator.get("/admin/audit/auditentry/").status_code == 200
    assert administrator.get(f"{address}/change/").status_code == 200
    assert administrator.get("/admin/audit/auditentry/add/").status_code == 403
    assert administrator.post(f"{address}/change/", {}).status_code == 403
    assert administrator.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert type(entry).objects.filter(pk=entry.pk).exists()


def test_reading_the_log_in_the_administration_is_an_entry_of_the_log(administrator):
    administrator.get("/admin/audit/auditentry/")

    entry = AuditEntry.objects.first()
    assert (entry.login, entry.action, entry.detail) == ("chi", "read_audit", {"in": "admin"})
