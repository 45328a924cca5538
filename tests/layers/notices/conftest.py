"""Receivers of a test's notices."""

import pytest

from tests.layers.notices.receivers import HookServer, MailServer, running


@pytest.fixture
def mail_server(settings):
    """The mail server that the project is set to send through."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
    settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "geo_ioc <no-reply@example.vn>"
    with running(server):
        yield server


@pytest.fixture
def hook(settings):
    """A receiver of webhooks in the own network."""
    settings.WEBHOOK_PRIVATE_HOSTS = ("127.0.0.1",)
    server = HookServer()
    with running(server):
        yield server
