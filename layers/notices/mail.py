"""Sending a notice as plain-text e-mail through the configured server (`GEO_IOC_EMAIL_*`), with its time limit."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from django.core.mail import EmailMessage

from layers.notices.outside import Refused
from layers.notices.template import Message

PERMANENT = range(500, 600)
"""SMTP answers that no later try changes (RFC 5321, 4.2.1)."""


def post(address: str, message: Message, *, delivery: str) -> None:
    """Hand the message to the mail server.

    Args:
        address: of the one recipient.
        message: subject and body.
        delivery: the same at every try of one notice.

    Raises:
        Refused: the server is not reachable, or does not take it.
    """
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[address],
        headers={"Auto-Submitted": "auto-generated", "X-GeoIoc-Delivery": delivery},
    )
    try:
        mail.send()
    except SMTPRecipientsRefused as fault:
        code = next(iter(fault.recipients.values()), (0, b""))[0]
        raise Refused(f"recipient refused: {code}", again=code not in PERMANENT) from fault
    except SMTPSenderRefused as fault:
        # The sender is ours to put right; the notice can wait for it.
        raise Refused(f"sender refused: {fault.smtp_code}", again=True) from fault
    except SMTPResponseException as fault:
        raise Refused(f"SMTP {fault.smtp_code}", again=fault.smtp_code not in PERMANENT) from fault
    except (SMTPException, OSError) as fault:
        raise Refused(f"{type(fault).__name__}: {fault}", again=True) from fault
