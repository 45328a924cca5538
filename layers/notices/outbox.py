"""The way in: `send` writes notices in the caller's transaction; the queue delivers them after its commit."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import formats, timezone
from procrastinate.contrib.django import app

from layers.core.errors import Invalid
from layers.core.feature import FeatureRef
from layers.core.text import LANGUAGES, Text
from layers.notices import template as words
from layers.notices import webhook
from layers.notices.models import Browser, Channel, Notice

RECIPIENTS_MOST = 1_000
"""Recipients of one call."""
PAYLOAD_MOST = 20_000
"""Characters of the values as JSON."""
DELIVER = "notices.deliver"
"""Name of the queue's task."""

_TIMES = {"vi": ("d/m/Y H:i", "d/m/Y"), "en": ("Y-m-d H:i", "Y-m-d")}
"""How a time and a date are written in a message, Asia/Ho_Chi_Minh."""

TOO_MANY = Text(
    vi=f"Nhiều hơn {RECIPIENTS_MOST} nơi nhận trong một lần gửi.", en=f"More than {RECIPIENTS_MOST} recipients at once."
)
NO_EMAIL = Text(vi="Địa chỉ thư điện tử không hợp lệ.", en="The e-mail address is not valid.")
NO_JSON = Text(vi="Nội dung thông báo không phải JSON.", en="The values of the notice are not JSON.")
TOO_LONG = Text(
    vi=f"Nội dung thông báo dài quá {PAYLOAD_MOST} ký tự.",
    en=f"The values of the notice exceed {PAYLOAD_MOST} characters.",
)


class Person(Protocol):
    """An account, as a recipient."""

    pk: int
    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a notice goes and in which language.

    Attributes:
        address: an e-mail address, the URL of a webhook, or the endpoint of a `Browser`.
        user_id: the account it belongs to; its notices go when the account goes.
    """

    channel: Channel
    address: str
    language: str = LANGUAGES[0]
    user_id: int | None = None

    @classmethod
    def person(cls, user: Person) -> "Recipient":
        """An account, by its e-mail address and in its language."""
        return cls(channel=Channel.EMAIL, address=user.email, language=user.language or LANGUAGES[0], user_id=user.pk)

    @classmethod
    def browser(cls, browser: Browser, language: str) -> "Recipient":
        """A browser in which its owner asked for notices."""
        return cls(channel=Channel.PUSH, address=browser.endpoint, language=language, user_id=browser.user_id)

    @classmethod
    def mail(cls, address: str, language: str = LANGUAGES[0]) -> "Recipient":
        """An e-mail address that belongs to no account."""
        return cls(channel=Channel.EMAIL, address=address, language=language)

    @classmethod
    def hook(cls, url: str, language: str = LANGUAGES[0]) -> "Recipient":
        """A system that listens at a URL."""
        return cls(channel=Channel.WEBHOOK, address=url, language=language)


def send(
    template: str,
    recipients: Iterable[Recipient],
    context: Mapping[str, Any],
    *,
    about: FeatureRef | None = None,
    key: str | None = None,
) -> list[Notice]:
    """Queue a notice to each recipient; delivered after the caller's transaction is committed, or never.

    Args:
        template: folder under `templates/notices/`.
        recipients: at most `RECIPIENTS_MOST`.
        context: values for the words: text, numbers, `Text`, dates and times, lists and mappings of these. For webhooks
            they leave this house: what the recipient may not know does not belong here.
        about: the feature concerned.
        key: names the occasion (`alert-12-raised`); the same address is not told of it twice.

    Returns:
        The notices made now; without those whose `key` and address were told before.

    Raises:
        Invalid: an address that cannot be used, too many recipients, or values that are no JSON or too long.
        TemplateDoesNotExist: the template lacks a file in a language.
    """
    words.require(template)
    listed = list(islice(recipients, RECIPIENTS_MOST + 1))
    if len(listed) > RECIPIENTS_MOST:
        raise Invalid(TOO_MANY, field="recipients")
    notices = [_notice(template, recipient, context, about, key) for recipient in listed]
    with transaction.atomic():
        made = Notice.objects.bulk_create(_untold(notices, key) if key else notices)
        if made:
            app.configure_task(DELIVER).defer(ids=[notice.pk for notice in made])
    return made


def _untold(notices: list[Notice], key: str) -> list[Notice]:
    """Those whose address was not told of this occasion; the occasion is locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('notices'), hashtext(%s))", [key])
    new = {notice.key: notice for notice in notices}
    for told in Notice.objects.filter(key__in=list(new)).values_list("key", flat=True):
        del new[told]
    return list(new.values())


def _notice(
    template: str, recipient: Recipient, context: Mapping[str, Any], about: FeatureRef | None, key: str | None
) -> Notice:
    address = _address(recipient)
    told = f"{key}\n{recipient.channel}\n{address}".encode()
    return Notice(
        template=template,
        channel=recipient.channel.value,
        address=address,
        recipient_id=recipient.user_id,
        language=recipient.language,
        payload=_payload(context, recipient.language),
        layer=about.layer if about else None,
        feature_id=about.id if about else None,
        key=sha256(told).hexdigest() if key else None,
    )


def _address(recipient: Recipient) -> str:
    if recipient.channel is Channel.PUSH:
        return recipient.address
    if recipient.channel is Channel.WEBHOOK:
        webhook.require(recipient.address)
        return recipient.address
    try:
        validate_email(recipient.address)
    except ValidationError:
        raise Invalid(NO_EMAIL, field="recipients") from None
    return recipient.address


def _payload(context: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values as JSON, each in the recipient's language."""
    try:
        values: dict[str, Any] = {str(name): _plain(value, language) for name, value in context.items()}
        written = json.dumps(values, allow_nan=False)
    except (TypeError, ValueError) as fault:
        raise Invalid(NO_JSON, field="context") from fault
    if len(written) > PAYLOAD_MOST:
        raise Invalid(TOO_LONG, field="context")
    return values


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), _TIMES.get(language, _TIMES["vi"])[0])
    if isinstance(value, date):
        return formats.date_format(value, _TIMES.get(language, _TIMES["vi"])[1])
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {str(name): _plain(inner, language) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, language) for inner in value]
    return value
