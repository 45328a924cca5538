"""Every night: remove the sessions that are over."""

from procrastinate.contrib.django import app

from geo_ioc.accounts.session import remove_ended


@app.periodic(cron="33 19 * * *")  # 02:33 in Viet Nam
@app.task(name="accounts.remove_ended_sessions", queueing_lock="accounts.remove_ended_sessions", pass_context=False)
def remove_ended_sessions(timestamp: int) -> None:
    """The queue's call of `session.remove_ended`."""
    remove_ended()
