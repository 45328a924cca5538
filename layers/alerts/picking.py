"""What a rule watches, chosen by a person: features by search, a group of the layer, areas; and that in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from layers.admin_units.models import AdminUnit, Level
from layers.alerts.form import Choice
from layers.alerts.rules.body import Target
from layers.core.errors import LayerError
from layers.core.feature import Feature
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.search import search_key
from layers.core.text import Text
from layers.core.viewer import Viewer

HITS_MOST = 8
SCANNED_MOST = 2_000
"""Features of a layer without a search that are gone through for one by its title."""
NAMED_MOST = 3
"""Features and areas named in a sentence; of more, their number."""


def watchable(viewer: Viewer) -> list[Layer]:
    """The layers a viewer sees that have a number rules can watch, by their titles."""
    found = [
        one for one in registry.visible_to(viewer) if isinstance(one, Layer) and any(m.series for m in one.metrics)
    ]
    return sorted(found, key=lambda layer: search_key(layer.title.to(viewer.language)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """Offers what a target may say, of one layer, to one viewer."""

    layer: Layer
    viewer: Viewer

    def numeric(self) -> list[str]:
        """Attributes that may hold a feature's own limit."""
        known = self.layer.readable(self.viewer)
        return [
            one.name
            for one in self.layer.attributes
            if one.name in known and not one.options and one.type in ("integer", "number")
        ]

    def groups(self, chosen: str) -> list[tuple[str, list[Choice]]]:
        """Filters by one value of a listed attribute, under the attribute's title; the chosen one is among them."""
        known, language = self.layer.readable(self.viewer), self.viewer.language
        found = []
        for attribute in self.layer.attributes:
            if attribute.name in known and attribute.options and attribute.type == "text":
                options = [
                    (f"{attribute.name} = {_quoted(option.value)}", option.title.to(language))
                    for option in attribute.options
                ]
                choices = [Choice(value=text, title=title, chosen=text == chosen) for text, title in options]
                found.append((attribute.title.to(language), choices))
        if chosen and not any(one.chosen for _, choices in found for one in choices):
            own = Text(vi="Bộ lọc riêng", en="Own filter").to(language)
            found.append((own, [Choice(value=chosen, title=chosen, chosen=True)]))
        return found

    def features(self, ids: Sequence[int], search: str) -> list[Choice]:
        """Those chosen, and then what a search finds."""
        rows = self.layer.query(self.viewer)
        there = {one.id: one for one in rows.some(list(ids))} if ids else {}
        chosen = [
            Choice(value=str(key), title=self.title(there[key]) if key in there else f"{key} (?)", chosen=True)
            for key in ids
        ]
        found = self._found(search) if search_key(search) else []
        return [*chosen, *(Choice(value=str(one.id), title=self.title(one)) for one in found if one.id not in ids)]

    def units(self, codes: Sequence[str], search: str) -> list[Choice]:
        """The same of communes and provinces of today."""
        now = AdminUnit.objects.filter(Q(level=Level.COMMUNE.value) | Q(level=Level.PROVINCE.value), is_current=True)
        known = {one.code: one for one in now.filter(code__in=codes)}
        chosen = [
            Choice(value=code, title=self.unit_title(known[code]) if code in known else f"{code} (?)", chosen=True)
            for code in codes
        ]
        key = search_key(search)
        bounded = now.filter(name_key__contains=key, boundaries__is_current=True).distinct().order_by("level", "name")
        found = bounded.exclude(code__in=codes)[:HITS_MOST] if key else []
        return [*chosen, *(Choice(value=one.code, title=self.unit_title(one)) for one in found)]

    def words(self, target: Target) -> Text:
        """What is watched, as it stands after "watches"."""
        vi, en = list(self._words(target, "vi")), list(self._words(target, "en"))
        return Text(vi=" ".join(vi), en=" ".join(en))

    def title(self, feature: Feature) -> str:
        """A feature's name."""
        title = feature.attributes.get(self.layer.title_attribute or "")
        return str(title or f"{self.layer.title.to(self.viewer.language)} {feature.id}")

    def unit_title(self, unit: AdminUnit) -> str:
        """A unit's name in the viewer's language."""
        return unit.name_en if self.viewer.language == "en" and unit.name_en else unit.full_name

    def _found(self, search: str) -> list[Feature]:
        rows = self.layer.query(self.viewer)
        try:
            if self.layer.search is not None:
                return [hit.feature for hit in rows.search(search, HITS_MOST)]
            key = search_key(search)
            all_rows = rows.all(SCANNED_MOST)
            return [one for one in all_rows if key in search_key(self.title(one))][:HITS_MOST]
        except LayerError:
            return []

    def _words(self, target: Target, language: str) -> Iterator[str]:
        vi = language == "vi"
        layer = self.layer.title.to(language)
        if target.features:
            named = [one.title for one in self.features(target.features, "")]
            yield _listed(named, "đối tượng" if vi else "features")
            yield f"của lớp {layer}" if vi else f"of {layer}"
        else:
            yield f"mọi đối tượng của lớp {layer}" if vi else f"every feature of {layer}"
        if target.filter:
            groups = [
                (name, one.title) for name, choices in self.groups(target.filter) for one in choices if one.chosen
            ]
            name, value = groups[0] if groups else ("", target.filter)
            yield f"thuộc {name}: {value}" if vi else f"with {name}: {value}"
        if target.units:
            named = [one.title for one in self.units(target.units, "")]
            yield ("nằm trong " if vi else "lying in ") + _listed(named, "đơn vị" if vi else "units")


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _listed(names: Sequence[str], counted: str) -> str:
    return ", ".join(names) if len(names) <= NAMED_MOST else f"{len(names)} {counted}"
