"""How rules are written: titles change in place, what a rule says becomes a new version, with who and why."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from layers.alerts.models import Rule, RuleVersion
from layers.alerts.rules.body import parse
from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]")
NEEDED = Text(vi="Cần điền trường này.", en="This field is required.")
LONG = Text(vi="Dài quá {most} ký tự.", en="Longer than {most} characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule as a person wrote it; `body` is JSON that was read, not yet understood."""

    slug: str
    title_vi: str
    title_en: str
    layer: str
    body: Any
    reason: str


def save(rule: Rule | None, draft: Draft, viewer: Viewer) -> Rule:
    """The rule with what the draft says: a new rule is off, another content is a new version.

    Raises:
        Invalid: with a reason for every field at fault; the content's by their place.
    """
    faults = _faults(rule, draft)
    if faults:
        raise Invalid(Text(vi="Có chỗ cần sửa.", en="Some fields need correcting."), fields=faults)
    parse(draft.body)
    with transaction.atomic():
        if rule is None:
            rule = Rule(slug=draft.slug)
        rule.title_vi, rule.title_en, rule.layer = draft.title_vi, draft.title_en, draft.layer
        rule.save()
        latest = rule.versions.select_for_update().order_by("-number").first()
        if latest is None or latest.body != draft.body:
            number = latest.number + 1 if latest else 1
            RuleVersion.objects.create(
                rule=rule, number=number, body=draft.body, reason=draft.reason, by_id=viewer.user_id
            )
    return rule


def _faults(rule: Rule | None, draft: Draft) -> dict[str, Text]:
    faults = {name: NEEDED for name in ("title_vi", "title_en", "layer", "reason") if not getattr(draft, name)}
    for name, most in (("title_vi", 160), ("title_en", 160), ("layer", 64), ("reason", 500)):
        if len(getattr(draft, name)) > most:
            faults[name] = LONG.format(most=most)
    if rule is None and not SLUG.fullmatch(draft.slug):
        faults["slug"] = Text(vi="Cần chữ thường, số và dấu -.", en="Lower-case letters, digits and - are needed.")
    elif rule is None and Rule.objects.filter(slug=draft.slug).exists():
        faults["slug"] = Text(vi="Mã này đã dùng.", en="This name is taken.")
    return faults
