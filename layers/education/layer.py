"""Schools on the map."""

from datetime import timedelta

from django.db.models import F, FloatField
from django.db.models.functions import Cast, NullIf

from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    Edit,
    Grant,
    Group,
    Layer,
    Public,
    Range,
    Search,
    Style,
    Text,
    Zoom,
    by,
    register,
    role,
)
from layers.core.models import PlacePrecision
from layers.core.scale import Band, Categories, Steps
from layers.education.ingest import SCHOOLS
from layers.education.models import Ownership, School, SchoolLevel, Source
from layers.education.panel import school_panel

STEWARD = role("steward")

FULLNESS = Steps(
    [
        Band(start=0, color="#6CB6F5", title=Text(vi="Dưới 25", en="Under 25")),
        Band(start=25, color="#0B5FA5", title=Text(vi="25 đến 35", en="25 to 35")),
        Band(start=35.05, color="#C4580B", title=Text(vi="Trên 35", en="Over 35")),
    ]
)


@register
class SchoolLayer(Layer):
    """One badge a school, coloured by level."""

    id = "schools"
    title = Text(vi="Trường học", en="Schools")
    about = Text(
        vi="Trường mầm non, tiểu học, trung học cơ sở, trung học phổ thông với số lớp, học sinh, giáo viên.",
        en="Kindergartens, primary and secondary schools with their classes, pupils and teachers.",
    )
    group = Group("education", Text(vi="Giáo dục", en="Education"))
    model = School
    zoom = Zoom(6, 16, coarse=9)
    source = Text(vi="Dữ liệu trình diễn, sinh tự động; hoặc nhập từ tệp", en="Demo data, generated; or imported")
    attribution = Text(vi="Dữ liệu trình diễn", en="Demo data")
    promised = timedelta(days=365)  # numbers of classes and pupils are reported every school year
    attributes = (
        Attribute("code", Text(vi="Mã trường", en="Code"), from_zoom=14),
        Attribute("name", Text(vi="Tên trường", en="School")),
        Attribute("level", Text(vi="Cấp học", en="Level"), choices=SchoolLevel),
        Attribute("ownership", Text(vi="Loại hình", en="Ownership"), choices=Ownership),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
        Attribute("address", Text(vi="Địa chỉ", en="Address"), from_zoom=14),
        Attribute("phone", Text(vi="Điện thoại văn phòng", en="Office phone"), from_zoom=14),
        Attribute("pupils", Text(vi="Học sinh", en="Pupils"), precision=0),
        Attribute("classes", Text(vi="Lớp", en="Classes"), precision=0),
        Attribute("teachers", Text(vi="Giáo viên", en="Teachers"), precision=0),
        Attribute(
            "pupils_per_class",
            Text(vi="Học sinh mỗi lớp", en="Pupils per class"),
            precision=1,
            source=Cast(F("pupils"), FloatField()) / NullIf(F("classes"), 0),
            type="number",
        ),
        Attribute("school_year", Text(vi="Năm học", en="School year"), from_zoom=14),
        Attribute("principal", Text(vi="Hiệu trưởng", en="Principal"), access=Grant(STEWARD, within="commune")),
        Attribute(
            "place_precision", Text(vi="Độ chính xác vị trí", en="Position"), choices=PlacePrecision, from_zoom=14
        ),
        Attribute("source", Text(vi="Nguồn", en="Source"), choices=Source, from_zoom=14),
    )
    styles = (
        Style(
            "level",
            Text(vi="Cấp học", en="Level"),
            [
                Circle(
                    color=by("level", Categories(SchoolLevel)),
                    shape="square",
                    radius_px=9,
                    label="name",
                    label_from_zoom=13,
                )
            ],
        ),
        Style(
            "fullness",
            Text(vi="Học sinh mỗi lớp", en="Pupils per class"),
            [Circle(color=by("pupils_per_class", FULLNESS), shape="square", radius_px=8, icon="maki:school")],
        ),
    )
    filters = (Choice("level"), Range("pupils"), Choice("commune_name"), Choice("ownership"))
    search = Search("name", "address", "code")
    access = Access(view=Public(), rows=Public())
    live = True
    panel = school_panel
    edit = Edit(
        ("name", "address", "phone", "pupils", "classes", "teachers", "geom"),
        by=(STEWARD, role("admin")),
        within=Grant(STEWARD, within="commune"),
    )
    importer = SCHOOLS
