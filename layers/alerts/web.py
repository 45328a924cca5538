"""`/alerts/rules`: the rules for those who oversee them: built by a form, tried on the past, switched on and off.

The form's fields are named by their places in the rule's JSON. Every button posts the whole form; with the page's
script the same form comes back in place. To others the pages are not there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from layers.alerts import trial
from layers.alerts.backtest import DAYS_MOST, Result, back_test
from layers.alerts.evaluate.target import Idle, layer_of
from layers.alerts.form import Form
from layers.alerts.models import Maintenance, Rule
from layers.alerts.picking import Picker, watchable
from layers.alerts.roles import OVERSEERS, TOLD
from layers.alerts.rules.body import Body, parse
from layers.alerts.rules.words import BARE, Names, meaning
from layers.alerts.rules.written import Written, blank, holds_nothing, press, read
from layers.alerts.severity import Severity
from layers.alerts.writing import Draft, end_maintenance, maintain, save, slug_of
from layers.audit import record
from layers.core.errors import Invalid
from layers.core.layer import Layer
from layers.core.roles import role_title
from layers.core.text import Text
from layers.core.viewer import Viewer

JSON_DEPTH_MOST = 60
"""Far more than a rule may nest, far less than what reads it can go down."""
NO_JSON = Text(vi="Không phải JSON: {why}.", en="This is no JSON: {why}.")
SAVE_FIRST = Text(
    vi="Quy tắc đã đổi mà chưa lưu. Lưu trước khi bật.", en="The rule has unsaved changes. Save it before switching on."
)
DONE = {
    "saved": Text(vi="Đã lưu.", en="Saved."),
    "on": Text(vi="Quy tắc đang bật.", en="The rule is on."),
    "off": Text(vi="Đã tắt quy tắc.", en="The rule is off."),
    "muted": Text(vi="Đã đặt bảo trì.", en="Maintenance is set."),
    "unmuted": Text(vi="Đã kết thúc bảo trì.", en="Maintenance has ended."),
}
WRITTEN = ("slug", "title_vi", "title_en", "layer", "reason")
ASKED = ("days", "find_features", "find_units", "mute_from", "mute_until", "mute_reason")


@dataclass(slots=True, kw_only=True)
class Page:
    """What stands on a rule's page: what was given, what was found wrong with it, what came of a trial."""

    rule: Rule | None
    viewer: Viewer
    given: dict[str, str]
    written: Written
    faults: dict[str, Text] = field(default_factory=dict)
    fault: Text | None = None
    tried: Result | None = None
    text: str | None = None
    """JSON as it was typed, where it cannot be read."""


@never_cache
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule: on or off, idle and why, how many features it watches, how many alerts stand."""
    viewer = _overseer(request)
    listed = Rule.objects.annotate(
        watched=Count("watches", filter=Q(watches__ends_at=None), distinct=True),
        standing=Count("alerts", filter=Q(alerts__is_current=True), distinct=True),
    )
    titles = {layer.id: layer.title.to(viewer.language) for layer in watchable(viewer)}
    rows = [
        {
            "rule": rule,
            "title": rule.title.to(viewer.language),
            "layer": titles.get(rule.layer, rule.layer),
            "idle": rule.idle_en if viewer.language == "en" else rule.idle_vi,
        }
        for rule in listed
    ]
    return render(request, "alerts/rules.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """One rule, or a new one; POST with `do`: `save` `try` `on` `off` `mute` `unmute:ID`, or a button of the form."""
    viewer = _overseer(request)
    known = None if slug is None else get_object_or_404(Rule, slug=slug)
    if request.method == "GET":
        return _shown(request, _stored(known, viewer))
    page = _posted(known, viewer, request.POST)
    do = request.POST.get("do", "")
    try:
        done = _act(page, do, is_form="body" in request.POST)
    except Invalid as fault:
        page.faults |= fault.fields
        page.fault = fault.message if not fault.fields else None
        return _shown(request, page, status=422)
    except Idle as fault:
        page.fault = fault.reason
        return _shown(request, page, status=422)
    if done is None or page.rule is None:
        return _shown(request, page)
    return HttpResponseRedirect(f"{reverse('alerts_rule', args=[page.rule.slug])}?{urlencode({'done': done})}")


def _act(page: Page, do: str, *, is_form: bool) -> str | None:
    """Do what a button says; the word of what was done, or None where the page is only shown again."""
    if page.text is not None:
        raise Invalid(page.faults["body"], fields={"body": page.faults["body"]})
    what, _, key = do.partition(":")
    known = page.rule
    if what == "try":
        days = _days(page.given["days"])
        body = parse(page.written.content)
        page.tried = back_test(page.given["layer"], body, page.viewer, end=timezone.now(), days=days)
    elif what == "save":
        given = {name: page.given[name] for name in WRITTEN}
        if known is None and not given["slug"]:
            given["slug"] = slug_of(given["title_vi"])
        page.rule = save(known, Draft(body=page.written.content, **given), page.viewer)
        record(page.viewer, "rule_saved", layer="alerts", detail={"rule": page.rule.slug})
        return "saved"
    elif known is not None and what in ("on", "off"):
        if what == "on" and is_form and _is_changed(page):
            raise Invalid(SAVE_FIRST)
        known.is_on = what == "on"
        known.save(update_fields=["is_on"])
        record(page.viewer, f"rule_{what}", layer="alerts", detail={"rule": known.slug})
        return what
    elif known is not None and what == "mute":
        given = {name: page.given[name] for name in ("mute_from", "mute_until", "mute_reason")}
        maintain(known, given, page.viewer)
        record(page.viewer, "rule_muted", layer="alerts", detail={"rule": known.slug})
        return "muted"
    elif known is not None and what == "unmute" and key.isdecimal() and len(key) < 19:
        end_maintenance(known, int(key))
        record(page.viewer, "rule_unmuted", layer="alerts", detail={"rule": known.slug})
        return "unmuted"
    else:
        page.written = press(page.written, do, _first_metric(page))
        page.faults |= {place: why for place, why in _wrong(page).items() if not holds_nothing(page.written, place)}
    return None


def _overseer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has(OVERSEERS):
        raise Http404
    return viewer


def _stored(known: Rule | None, viewer: Viewer) -> Page:
    version = known.versions.order_by("-number").first() if known else None
    layers = watchable(viewer)
    given = {name: getattr(known, name, "") if known else "" for name in WRITTEN} | dict.fromkeys(ASKED, "")
    given |= {"days": str(DAYS_MOST), "layer": known.layer if known else layers[0].id if layers else ""}
    page = Page(rule=known, viewer=viewer, given=given, written=Written())
    page.written.content = version.body if version else blank(_first_metric(page))
    return page


def _posted(known: Rule | None, viewer: Viewer, post: QueryDict) -> Page:
    """The form as posted. JSON that differs from what the page showed was typed, and counts; else the fields do."""
    given = {name: post.get(name, "").strip() for name in (*WRITTEN, *ASKED)}
    if known is not None:
        given["slug"] = known.slug
    page = Page(rule=known, viewer=viewer, given=given, written=read(dict(post.lists())))
    text = _lines(post.get("body", ""))
    if text != _lines(post.get("body_was", "")):
        try:
            content = json.loads(text)
            if _is_deeper(content, JSON_DEPTH_MOST):
                raise ValueError(f"deeper than {JSON_DEPTH_MOST}")
            page.written = Written(content if isinstance(content, dict) else {"levels": content})
        except (ValueError, RecursionError) as fault:
            page.faults["body"], page.text = NO_JSON.format(why=fault), text
    return page


def _is_deeper(value: Any, most: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_is_deeper(one, most - 1) for one in inside)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _wrong(page: Page) -> dict[str, Text]:
    try:
        parse(page.written.content)
    except Invalid as fault:
        return dict(fault.fields)
    return {}


def _is_changed(page: Page) -> bool:
    """Whether the form says something else than what is saved: another content, title or layer."""
    known = page.rule
    version = known.versions.order_by("-number").first() if known else None
    if known is None or version is None:
        return True
    if any(page.given[name] != getattr(known, name) for name in ("title_vi", "title_en", "layer")):
        return True
    return bool(page.written.content != version.body and _read(page.written.content) != _read(version.body))


def _read(content: Any) -> Body | None:
    try:
        return parse(content)
    except Invalid:
        return None


def _layer(page: Page) -> Layer | None:
    return next((one for one in watchable(page.viewer) if one.id == page.given["layer"]), None)


def _first_metric(page: Page) -> str:
    layer = _layer(page)
    return next((one.name for one in layer.metrics if one.series), "") if layer else ""


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= DAYS_MOST:
        why = Text(vi=f"Cần từ 1 đến {DAYS_MOST}.", en=f"Must be from 1 to {DAYS_MOST}.")
        raise Invalid(why, fields={"days": why})
    return int(text)


def _shown(request: HttpRequest, page: Page, status: int = 200) -> HttpResponse:
    """The whole page, or with `part` its form alone."""
    is_part = "part" in request.POST
    template = "alerts/form.html" if is_part else "alerts/rule.html"
    done = DONE.get(request.GET.get("done", "")) if request.method == "GET" else None
    context = _context(page) | {"done": done and done.to(page.viewer.language)}
    return render(request, template, context, status=200 if is_part else status)


def _context(page: Page) -> dict[str, Any]:
    viewer, known, content = page.viewer, page.rule, page.written.content
    language = viewer.language
    layer = _layer(page)
    picker = Picker(layer=layer, viewer=viewer) if layer else None
    names = Names.of(layer, viewer) if layer else BARE
    form = Form(
        content=content,
        typed=page.written.typed,
        faults=page.faults,
        names=names,
        numeric=picker.numeric() if picker else (),
        roles={one.slug: role_title(one.slug) for one in TOLD},
        language=language,
    )
    body = _read(content)
    shown = {
        "levels": form.levels,
        "ends": form.ends,
        "steps": form.steps,
        "adds": form.adds,
        "more_levels": len(form.levels) < len(Severity),
        "own": {name: form.fault(name) for name in (*WRITTEN, *ASKED, "body")},
        "fault_levels": form.fault("levels", exactly=True),
        "fault_filter": form.fault("target.filter"),
        "fault_features": form.fault("target.features"),
        "fault_units": form.fault("target.units"),
    }
    text = page.text if page.text is not None else json.dumps(content, ensure_ascii=False, indent=2)
    return {
        **shown,
        "rule": known,
        "title": known and known.title.to(language),
        "idle": known and known.is_on and (known.idle_en if language == "en" else known.idle_vi),
        "given": page.given,
        "fault": page.fault and page.fault.to(language),
        "left": [(place, why.to(language)) for place, why in form.left.items()],
        "layers": [(one.id, one.title.to(language)) for one in watchable(viewer)],
        "layer_known": layer is not None,
        "target": _target(page, picker),
        "meaning": [one.to(language) for one in meaning(body, names, picker.words(body.target))]
        if body and picker
        else [],
        "idle_now": _idle(page, body),
        "json": text,
        "json_was": json.dumps(content, ensure_ascii=False, indent=2),
        "is_changed": known is not None and _is_changed(page),
        "versions": known.versions.select_related("by")[:20] if known else [],
        "maintenance": _maintenance(known),
        "days_most": DAYS_MOST,
        "tried": page.tried and trial.shown(page.tried, names, language),
    }


def _idle(page: Page, body: Body | None) -> str:
    """Why the rule as it stands in the form cannot be evaluated; empty where it can."""
    if body is None:
        return ""
    try:
        layer_of(page.given["layer"], body, page.viewer)
    except Idle as fault:
        return fault.reason.to(page.viewer.language)
    return ""


def _target(page: Page, picker: Picker | None) -> dict[str, Any]:
    """What is watched, as the form offers it."""
    target = page.written.content.get("target")
    row: Mapping[str, Any] = target if isinstance(target, dict) else {}
    text = row.get("filter") if isinstance(row.get("filter"), str) else ""
    if picker is None:
        return {"filter": text}
    features = [one for one in _list(row, "features") if isinstance(one, int) and not isinstance(one, bool)]
    units = [one for one in _list(row, "units") if isinstance(one, str)]
    return {
        "filter": text,
        "groups": picker.groups(str(text)),
        "features": picker.features(features, page.given["find_features"]),
        "units": picker.units(units, page.given["find_units"]),
    }


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    found = row.get(name)
    return found if isinstance(found, list) else []


def _maintenance(known: Rule | None) -> list[Maintenance]:
    """What mutes the rule now or later."""
    return list(known.maintenance.filter(ends_at__gt=timezone.now()).order_by("starts_at")[:20]) if known else []


urlpatterns = [
    path("alerts/rules", rules, name="alerts_rules"),
    path("alerts/rules/new", rule, name="alerts_new_rule"),
    path("alerts/rules/<slug:slug>", rule, name="alerts_rule"),
]
PAGES = (("alerts_rules", Text(vi="Quy tắc cảnh báo", en="Alert rules"), OVERSEERS),)
