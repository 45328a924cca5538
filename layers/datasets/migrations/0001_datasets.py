"""The declarations, and the one table of all features: partitioned by dataset, filled by the importer."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLE = """
create sequence datasets_datasetfeature_id_seq;
create table datasets_datasetfeature (
  dataset_id bigint not null,
  id bigint not null default nextval('datasets_datasetfeature_id_seq'),
  geom geometry(Geometry, 4326) not null,
  props jsonb not null default '{}',
  place_precision varchar(8) not null default 'exact',
  version bigint not null default 1,
  updated_at timestamptz not null default now(),
  primary key (dataset_id, id),
  constraint datasets_datasetfeature_geom_valid check (st_isvalid(geom) and not st_isempty(geom)),
  constraint datasets_datasetfeature_props_object check (jsonb_typeof(props) = 'object')
) partition by list (dataset_id);
create index datasets_datasetfeature_id on datasets_datasetfeature (id);
create index datasets_datasetfeature_geom on datasets_datasetfeature using gist (geom);
create trigger map_version before update on datasets_datasetfeature for each row
  when (old.* is distinct from new.*) execute function map_version();
comment on table datasets_datasetfeature is 'features of all datasets, one partition a dataset';
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=63, unique=True)),
                ("title_vi", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=200)),
                ("schema", models.JSONField(default=list)),
                ("key", models.CharField(blank=True, max_length=40)),
                (
                    "geometry",
                    models.CharField(
                        choices=[
                            ("point", "Điểm"),
                            ("line", "Đường"),
                            ("polygon", "Vùng"),
                            ("mixed", "Nhiều loại hình"),
                        ],
                        default="mixed",
                        max_length=7,
                    ),
                ),
                ("is_public", models.BooleanField(default=False)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("color", models.CharField(max_length=7)),
                ("coarse_zoom", models.PositiveSmallIntegerField(null=True)),
                ("source_vi", models.CharField(blank=True, max_length=500)),
                ("source_en", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("version", models.BigIntegerField(default=1, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_public", True), ("roles__len__gt", 0), _connector="XOR"),
                        name="datasets_dataset_access",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("color__regex", "^#[0-9A-F]{6}$")), name="datasets_dataset_color"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DatasetFeature",
            fields=[
                (
                    "place_precision",
                    models.CharField(
                        choices=[
                            ("exact", "Chính xác"),
                            ("address", "Theo địa chỉ"),
                            ("commune", "Theo xã"),
                            ("province", "Theo tỉnh"),
                        ],
                        default="exact",
                        max_length=8,
                    ),
                ),
                ("version", models.BigIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("geom", django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                ("props", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.RunSQL(TABLE, "drop table datasets_datasetfeature; drop sequence datasets_datasetfeature_id_seq"),
    ]
