"""The kernel: what a layer is. Public names of everything but models: `from layers.core.models import MapFeature`."""

from layers.core.access import Access, Department, Either, Grant, Public, Roles, Unit
from layers.core.action import Action, Field
from layers.core.attribute import Attribute, Option, Options
from layers.core.declaration import Group
from layers.core.dependency import Dependency
from layers.core.edit import Edit
from layers.core.events import FeatureChanged, Observed, Sighted, publish, subscribe
from layers.core.feature import Feature, FeatureRef
from layers.core.filter import Choice, During, Range
from layers.core.importer import Column, Importer, ImportRow, Outcome, Problem
from layers.core.ingest import Ingest, Rejected
from layers.core.metric import Metric
from layers.core.panel import (
    Actions,
    Chart,
    Image,
    KeyValue,
    Link,
    Note,
    Panel,
    Picture,
    Quantity,
    Related,
    Series,
    Stat,
    State,
    Table,
    Timeline,
    TimelineEntry,
    Video,
)
from layers.core.rung import Rung
from layers.core.scale import Band, Categories, Steps, by
from layers.core.search import Search
from layers.core.style import Circle, Fill, Heat, Line, Style, Symbol
from layers.core.text import Text
from layers.core.time import AsOf, Instant, Valid
from layers.core.viewer import ANYONE, Role, Viewer, role
from layers.core.zoom import Zoom

# Layer, its siblings and the registry read models when they are used, not when they are imported; StreamLayer alone
# stands on a table of the kernel and is imported from layers.core.stream.
from layers.core.layer import Layer  # isort: skip
from layers.core.computed import ComputedLayer, Shape  # isort: skip
from layers.core.raster import RasterLayer, Scene  # isort: skip
from layers.core.registry import provide, register, registry  # isort: skip

__all__ = [
    "ANYONE",
    "Access",
    "Action",
    "Actions",
    "AsOf",
    "Attribute",
    "Band",
    "Categories",
    "Chart",
    "Choice",
    "Circle",
    "Column",
    "ComputedLayer",
    "Department",
    "Dependency",
    "During",
    "Edit",
    "Either",
    "Feature",
    "FeatureChanged",
    "FeatureRef",
    "Field",
    "Fill",
    "Grant",
    "Group",
    "Heat",
    "Image",
    "ImportRow",
    "Importer",
    "Ingest",
    "Instant",
    "KeyValue",
    "Layer",
    "Line",
    "Link",
    "Metric",
    "Note",
    "Observed",
    "Option",
    "Options",
    "Outcome",
    "Panel",
    "Picture",
    "Problem",
    "Public",
    "Quantity",
    "Range",
    "RasterLayer",
    "Rejected",
    "Related",
    "Role",
    "Roles",
    "Rung",
    "Scene",
    "Search",
    "Series",
    "Shape",
    "Sighted",
    "Stat",
    "State",
    "Steps",
    "Style",
    "Symbol",
    "Table",
    "Text",
    "Timeline",
    "TimelineEntry",
    "Unit",
    "Valid",
    "Video",
    "Viewer",
    "Zoom",
    "by",
    "provide",
    "publish",
    "register",
    "registry",
    "role",
    "subscribe",
]
