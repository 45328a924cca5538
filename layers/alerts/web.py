"""`/alerts/rules`: the rules for those who oversee them: written, tried on the past, switched on and off.

To others the pages are not there.
"""

import json
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from layers.alerts.backtest import DAYS_MOST, Result, back_test
from layers.alerts.evaluate.target import Idle
from layers.alerts.models import Rule
from layers.alerts.roles import OVERSEERS
from layers.alerts.rules.body import Body, parse
from layers.alerts.rules.words import length, said
from layers.alerts.series import MICROSECOND
from layers.alerts.severity import Severity
from layers.alerts.writing import Draft, save
from layers.audit import record
from layers.core.errors import Invalid
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer

NO_JSON = Text(vi="Không phải JSON: {why}.", en="This is no JSON: {why}.")
WRITTEN = ("slug", "title_vi", "title_en", "layer", "reason")
SHOWN_MOST = 200
"""Alerts of a back-test listed on the page; the counts are of all."""
EXAMPLE = {
    "levels": [
        {
            "severity": "severe",
            "when": {
                "held": {
                    "for_min": 15,
                    "of": {"threshold": {"metric": "water_level", "op": ">=", "value": 3.5, "clear": 3.3}},
                }
            },
        }
    ],
    "valid_min": 120,
    "lower_min": 30,
    "target": {"filter": "", "features": [], "units": []},
    "escalation": [{"after_min": 0, "roles": ["environment"]}],
}


@never_cache
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule: on or off, idle and why, how many features it watches, how many alerts stand."""
    viewer = _overseer(request)
    listed = Rule.objects.annotate(
        watched=Count("watches", filter=Q(watches__ends_at=None), distinct=True),
        standing=Count("alerts", filter=Q(alerts__is_current=True), distinct=True),
    )
    rows = [
        {
            "rule": rule,
            "title": rule.title.to(viewer.language),
            "idle": rule.idle_en if viewer.language == "en" else rule.idle_vi,
        }
        for rule in listed
    ]
    return render(request, "alerts/rules.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """One rule, or a new one: its form; POST with `do` one of `save`, `try`, `on`, `off`."""
    viewer = _overseer(request)
    known = None if slug is None else get_object_or_404(Rule, slug=slug)
    if request.method == "GET":
        return _page(request, viewer, known, _stored(known))
    do = request.POST.get("do", "")
    if known is not None and do in ("on", "off"):
        known.is_on = do == "on"
        known.save(update_fields=["is_on"])
        record(viewer, f"rule_{do}", layer="alerts", detail={"rule": known.slug})
        return HttpResponseRedirect(reverse("alerts_rule", args=[known.slug]))
    given = {name: request.POST.get(name, "").strip() for name in WRITTEN}
    given |= {"body": request.POST.get("body", ""), "days": request.POST.get("days", "90")}
    try:
        content = _json(given["body"])
        if do == "try":
            result = back_test(given["layer"], parse(content), viewer, end=timezone.now(), days=_days(given["days"]))
            return _page(request, viewer, known, given, result=result)
        draft = Draft(body=content, **{name: given[name] for name in WRITTEN})
        saved = save(known, draft, viewer)
    except Invalid as fault:
        faults = [(place, why.to(viewer.language)) for place, why in fault.fields.items()]
        return _page(request, viewer, known, given, faults=faults or [("", fault.message.to(viewer.language))])
    except Idle as fault:
        return _page(request, viewer, known, given, faults=[("", fault.reason.to(viewer.language))])
    record(viewer, "rule_saved", layer="alerts", detail={"rule": saved.slug})
    return HttpResponseRedirect(reverse("alerts_rule", args=[saved.slug]))


def _overseer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has(OVERSEERS):
        raise Http404
    return viewer


def _stored(known: Rule | None) -> dict[str, str]:
    version = known.versions.order_by("-number").first() if known else None
    return {
        "slug": known.slug if known else "",
        "title_vi": known.title_vi if known else "",
        "title_en": known.title_en if known else "",
        "layer": known.layer if known else "",
        "body": json.dumps(version.body if version else EXAMPLE, ensure_ascii=False, indent=2),
        "reason": "",
        "days": "90",
    }


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as fault:
        raise Invalid(NO_JSON.format(why=fault), fields={"body": NO_JSON.format(why=fault)}) from fault


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= DAYS_MOST:
        why = Text(vi=f"Cần từ 1 đến {DAYS_MOST}.", en=f"Must be from 1 to {DAYS_MOST}.")
        raise Invalid(why, fields={"days": why})
    return int(text)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    known: Rule | None,
    given: dict[str, str],
    *,
    faults: list[tuple[str, str]] | None = None,
    result: Result | None = None,
) -> HttpResponse:
    language = viewer.language
    watchable = [layer for layer in registry.visible_to(viewer) if any(metric.series for metric in layer.metrics)]
    context = {
        "rule": known,
        "idle": known and (known.idle_en if language == "en" else known.idle_vi),
        "given": given,
        "faults": faults or [],
        "words": _words(given["body"], language),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title.to(language),
                "metrics": [(m.name, m.title.to(language), m.unit) for m in layer.metrics if m.series],
            }
            for layer in watchable
        ],
        "versions": known.versions.select_related("by")[:20] if known else [],
        "maintenance": known.maintenance.filter(ends_at__gt=timezone.now()) if known else [],
        "tried": result and _tried(result, language),
    }
    return render(request, "alerts/rule.html", context, status=422 if faults else 200)


def _words(body: str, language: str) -> list[tuple[str, str]]:
    """Each level in words; nothing where the content is not understood."""
    try:
        made: Body = parse(json.loads(body))
    except (ValueError, Invalid):
        return []
    return [
        (Severity.of(rank).title.to(language), said(condition).to(language))
        for rank, condition in sorted(made.rule.levels, key=lambda level: -level[0])
    ]


def _tried(result: Result, language: str) -> dict[str, Any]:
    return {
        "result": result,
        "total": len(result.alerts) + result.left_out,
        "more": len(result.alerts) + result.left_out - min(len(result.alerts), SHOWN_MOST),
        "rows": [
            {
                "about": one.feature.title,
                "since": one.since_at,
                "until": one.until_at,
                "length": _length(one.length(result.end)).to(language),
                "worst": one.worst.title.to(language),
                "changes": one.changes,
                "values": ", ".join(f"{name} {value:g}" for name, value in one.values.items() if value is not None),
            }
            for one in result.alerts[:SHOWN_MOST]
        ],
    }


def _length(span: timedelta) -> Text:
    """To the minute; from two days on to the hour."""
    step = timedelta(minutes=60 if span >= timedelta(days=2) else 1)
    return length(round(span / step) * (step // MICROSECOND))


urlpatterns = [
    path("alerts/rules", rules, name="alerts_rules"),
    path("alerts/rules/new", rule, name="alerts_new_rule"),
    path("alerts/rules/<slug:slug>", rule, name="alerts_rule"),
]
