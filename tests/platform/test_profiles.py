"""Who may frame the viewer, and what its embedded page may not do."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.skipif(
    not (settings.VIEWER_DIST / "index.html").is_file(), reason="the viewer is not built: scripts/frontend.sh"
)


def _ancestors(policy: str) -> str:
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors"))


@pytest.mark.parametrize("address", ["/", "/kiosk", "/wall"])
@pytest.mark.django_db
def test_no_other_site_frames_the_viewer(address: str) -> None:
    answer = Client().get(address)

    assert answer["X-Frame-Options"] == "DENY"
    assert _ancestors(answer["Content-Security-Policy"]) == "frame-ancestors 'none'"


@pytest.mark.django_db
def test_the_embedded_page_may_be_framed_and_sets_no_cookie() -> None:
    answer = Client().get("/embed?layers=schools")

    assert "X-Frame-Options" not in answer
    assert _ancestors(answer["Content-Security-Policy"]) == "frame-ancestors *"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies
