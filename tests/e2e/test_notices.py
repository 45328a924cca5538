"""Notices in the browser: asked for on the account page, shown by the worker, opened on the map."""

import json

from playwright.sync_api import expect

from tests.e2e.conftest import Viewer

SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/");
  return (await worker.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""


def test_a_notice_that_arrives_is_shown_and_a_push_service_out_of_reach_is_said(viewer: Viewer) -> None:
    page = viewer.sign_in("environment").page
    page.context.grant_permissions(["notifications"], origin=viewer.centre.url)
    page.goto(f"{viewer.centre.url}/accounts/")
    found: list[str] = []
    session = page.context.new_cdp_session(page)
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")

    # Chromium as it is tested has no push service of its maker behind it
    page.get_by_role("button", name="Nhận trên trình duyệt này").click()
    expect(page.get_by_text("Chưa đăng ký được")).to_be_visible()
    viewer.shot("notices")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    words = {
        "title": "[Nặng] Mực nước: Cầu Quan",
        "body": "Từ lúc 07:30",
        "link": "/?layers=alerts",
        "tag": "n-1",
    }
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": viewer.centre.url, "registrationId": found[-1], "data": json.dumps(words)},
    )
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")

    [shown] = page.evaluate(SHOWN)
    assert (shown["title"], shown["body"], shown["tag"]) == (words["title"], words["body"], words["tag"])
    assert shown["data"] == {"link": "/?layers=alerts"}


def test_where_notices_are_blocked_the_page_says_so(viewer: Viewer) -> None:
    page = viewer.sign_in("environment").page
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    page.goto(f"{viewer.centre.url}/accounts/")

    page.get_by_role("button", name="Nhận trên trình duyệt này").click()

    expect(page.get_by_text("Trình duyệt đang chặn thông báo của trang này")).to_be_visible()
