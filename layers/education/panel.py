"""What opens when a school is clicked: how many learn there, how full its classes are, what else the commune has."""

from collections.abc import Iterator

from layers.core import KeyValue, Note, Panel, Related, Stat, State, Table, Text, Viewer
from layers.core.models import PlacePrecision
from layers.core.panel import AttributesOf, Block, Column
from layers.education.models import School, SchoolLevel, Source
from layers.education.scale import CLASS_SIZES, GOOD, TOO_MANY

MAX_OTHERS = 12

LEVELS = {level.value: level for level in SchoolLevel}

_DEMO = Text(
    vi="Trường và số liệu do máy sinh ra để trình diễn, không có thật.",
    en="The school and its numbers are generated for demonstration; they are not real.",
)
_ON_COMMUNE = Text(
    vi="Chưa có toạ độ của trường: điểm đặt tại xã, phường.",
    en="No position is known: the point stands for the commune.",
)


def school_panel(row: School, viewer: Viewer) -> Panel:
    """Numbers of the school year, its facts, the other schools of its commune."""
    level = LEVELS[row.level]
    blocks: list[Block | AttributesOf] = [*_numbers(row), *_notes(row), KeyValue.of(row), *_others(row, viewer)]
    blocks.append(Related(layer="places", title=Text(vi="Địa danh gần đây", en="Places nearby"), within_m=1_500))
    state = State(text=level.title, color=level.color)
    return Panel(title=row.name, state=state, updated_at=row.updated_at, blocks=blocks)


def _numbers(row: School) -> Iterator[Stat]:
    year = f" {row.school_year}" if row.school_year else ""
    yield Stat(title=Text(vi=f"Học sinh{year}", en=f"Pupils{year}"), value=row.pupils, precision=0)
    mean, limit = row.pupils_per_class, CLASS_SIZES[row.level]
    if mean is None:
        return
    within = mean <= limit.most
    yield Stat(
        title=Text(vi="Học sinh mỗi lớp", en="Pupils per class"),
        value=mean,
        precision=1,
        color=GOOD if within else TOO_MANY,
        band=Text(vi="Trong mức quy định", en="Within the limit")
        if within
        else Text(vi="Vượt mức", en="Above the limit"),
        note=Text(vi=f"Tối đa {limit.most}, {limit.source}", en=f"At most {limit.most}, {limit.source}"),
    )


def _notes(row: School) -> Iterator[Note]:
    if row.source == Source.DEMO:
        yield Note(text=_DEMO)
    if row.place_precision == PlacePrecision.COMMUNE:
        yield Note(text=_ON_COMMUNE, level="warning")


def _others(row: School, viewer: Viewer) -> Iterator[Table]:
    """The commune's other schools, level by level."""
    found = School.objects.filter(commune_id=row.commune_id).exclude(pk=row.pk).order_by("level", "name")
    others = list(found[: MAX_OTHERS + 1])
    if others:
        yield Table(
            title=Text(vi="Trường khác cùng xã, phường", en="Other schools of the commune"),
            columns=(
                Column(name="name", title=Text(vi="Tên trường", en="School")),
                Column(name="level", title=Text(vi="Cấp học", en="Level")),
                Column(name="pupils", title=Text(vi="Học sinh", en="Pupils"), numeric=True),
            ),
            rows=[(one.name, LEVELS[one.level].title.to(viewer.language), one.pupils) for one in others[:MAX_OTHERS]],
            truncated=len(others) > MAX_OTHERS,
        )
