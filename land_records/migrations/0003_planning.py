"""Plans and their zones."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admin_units", "0002_name_key"),
        ("land_records", "0002_register"),
    ]

    operations = [
        migrations.RunSQL(
            "create sequence land_records_zone_numbers", "drop sequence if exists land_records_zone_numbers"
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("land_use", "Quy hoạch sử dụng đất"),
                            ("general", "Quy hoạch chung"),
                            ("zone", "Quy hoạch phân khu"),
                            ("detail", "Quy hoạch chi tiết xây dựng"),
                            ("yearly", "Kế hoạch sử dụng đất hằng năm"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=250)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                ("authority", models.CharField(blank=True, max_length=120)),
                ("approved_on", models.DateField(null=True)),
                ("period_from", models.PositiveSmallIntegerField()),
                ("period_to", models.PositiveSmallIntegerField()),
                ("vision", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Dự thảo"),
                            ("in_force", "Đang có hiệu lực"),
                            ("replaced", "Đã được thay thế"),
                            ("withdrawn", "Đã bãi bỏ"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("demo", "Dữ liệu trình diễn, sinh tự động"), ("imported", "Nhập từ tệp")],
                        default="imported",
                        max_length=8,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="land_records.plan",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admin_units.adminunit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanZone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(
                            models.Value("land_records_zone_numbers"),
                            function="nextval",
                            output_field=models.BigIntegerField(),
                        )
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "planned_use",
                    models.CharField(
                        choices=[
                            ("NNP", "Nhóm đất nông nghiệp"),
                            ("CHN", "Đất trồng cây hằng năm"),
                            ("LUA", "Đất trồng lúa"),
                            ("LUC", "Đất chuyên trồng lúa"),
                            ("LUK", "Đất trồng lúa còn lại"),
                            ("HNK", "Đất trồng cây hằng năm khác"),
                            ("CLN", "Đất trồng cây lâu năm"),
                            ("LNP", "Đất lâm nghiệp"),
                            ("RDD", "Đất rừng đặc dụng"),
                            ("RPH", "Đất rừng phòng hộ"),
                            ("RSX", "Đất rừng sản xuất"),
                            ("RSN", "Đất rừng sản xuất là rừng tự nhiên"),
                            ("NTS", "Đất nuôi trồng thủy sản"),
                            ("CNT", "Đất chăn nuôi tập trung"),
                            ("LMU", "Đất làm muối"),
                            ("NKH", "Đất nông nghiệp khác"),
                            ("PNN", "Nhóm đất phi nông nghiệp"),
                            ("OTC", "Đất ở"),
                            ("ONT", "Đất ở tại nông thôn"),
                            ("ODT", "Đất ở tại đô thị"),
                            ("TSC", "Đất xây dựng trụ sở cơ quan"),
                            ("CQA", "Đất quốc phòng, an ninh"),
                            ("CQP", "Đất quốc phòng"),
                            ("CAN", "Đất an ninh"),
                            ("DSN", "Đất xây dựng công trình sự nghiệp"),
                            ("DVH", "Đất xây dựng cơ sở văn hóa"),
                            ("DXH", "Đất xây dựng cơ sở xã hội"),
                            ("DYT", "Đất xây dựng cơ sở y tế"),
                            ("DGD", "Đất xây dựng cơ sở giáo dục và đào tạo"),
                            ("DTT", "Đất xây dựng cơ sở thể dục, thể thao"),
                            ("DKH", "Đất xây dựng cơ sở khoa học và công nghệ"),
                            ("DMT", "Đất xây dựng cơ sở môi trường"),
                            ("DKT", "Đất xây dựng cơ sở khí tượng thủy văn"),
                            ("DNG", "Đất xây dựng cơ sở ngoại giao"),
                            ("DSK", "Đất xây dựng công trình sự nghiệp khác"),
                            ("CSK", "Đất sản xuất, kinh doanh phi nông nghiệp"),
                            ("SCC", "Đất khu công nghiệp, cụm công nghiệp"),
                            ("SKK", "Đất khu công nghiệp"),
                            ("SKN", "Đất cụm công nghiệp"),
                            ("SCT", "Đất khu công nghệ thông tin tập trung"),
                            ("TMD", "Đất thương mại, dịch vụ"),
                            ("SKC", "Đất cơ sở sản xuất phi nông nghiệp"),
                            ("SKS", "Đất sử dụng cho hoạt động khoáng sản"),
                            ("CCC", "Đất sử dụng vào mục đích công cộng"),
                            ("DGT", "Đất công trình giao thông"),
                            ("DTL", "Đất công trình thủy lợi"),
                            ("DCT", "Đất công trình cấp nước, thoát nước"),
                            ("DPC", "Đất công trình phòng, chống thiên tai"),
                            ("DDD", "Đất có di tích lịch sử - văn hóa, danh lam thắng cảnh, di sản thiên nhiên"),
                            ("DRA", "Đất công trình xử lý chất thải"),
                            ("DNL", "Đất công trình năng lượng, chiếu sáng công cộng"),
                            ("DBV", "Đất công trình hạ tầng bưu chính, viễn thông, công nghệ thông tin"),
                            ("DCH", "Đất chợ dân sinh, chợ đầu mối"),
                            ("DKV", "Đất khu vui chơi, giải trí công cộng, sinh hoạt cộng đồng"),
                            ("TON", "Đất tôn giáo"),
                            ("TIN", "Đất tín ngưỡng"),
                            ("NTD", "Đất nghĩa trang, nhà tang lễ, cơ sở hỏa táng; đất cơ sở lưu trữ tro cốt"),
                            ("TVC", "Đất có mặt nước chuyên dùng"),
                            ("MNC", "Đất có mặt nước chuyên dùng dạng ao, hồ, đầm, phá"),
                            ("SON", "Đất có mặt nước dạng sông, ngòi, kênh, rạch, suối"),
                            ("PNK", "Đất phi nông nghiệp khác"),
                            ("CSD", "Nhóm đất chưa sử dụng"),
                            (
                                "CGT",
                                "Đất do Nhà nước thu hồi theo quy định của pháp luật đất đai chưa giao, chưa cho thuê sử dụng",
                            ),
                            ("BCS", "Đất bằng chưa sử dụng"),
                            ("DCS", "Đất đồi núi chưa sử dụng"),
                            ("NCS", "Đất núi đá không có rừng cây"),
                            ("MCS", "Đất có mặt nước chưa sử dụng"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "current_use",
                    models.CharField(
                        choices=[
                            ("NNP", "Nhóm đất nông nghiệp"),
                            ("CHN", "Đất trồng cây hằng năm"),
                            ("LUA", "Đất trồng lúa"),
                            ("LUC", "Đất chuyên trồng lúa"),
                            ("LUK", "Đất trồng lúa còn lại"),
                            ("HNK", "Đất trồng cây hằng năm khác"),
                            ("CLN", "Đất trồng cây lâu năm"),
                            ("LNP", "Đất lâm nghiệp"),
                            ("RDD", "Đất rừng đặc dụng"),
                            ("RPH", "Đất rừng phòng hộ"),
                            ("RSX", "Đất rừng sản xuất"),
                            ("RSN", "Đất rừng sản xuất là rừng tự nhiên"),
                            ("NTS", "Đất nuôi trồng thủy sản"),
                            ("CNT", "Đất chăn nuôi tập trung"),
                            ("LMU", "Đất làm muối"),
                            ("NKH", "Đất nông nghiệp khác"),
                            ("PNN", "Nhóm đất phi nông nghiệp"),
                            ("OTC", "Đất ở"),
                            ("ONT", "Đất ở tại nông thôn"),
                            ("ODT", "Đất ở tại đô thị"),
                            ("TSC", "Đất xây dựng trụ sở cơ quan"),
                            ("CQA", "Đất quốc phòng, an ninh"),
                            ("CQP", "Đất quốc phòng"),
                            ("CAN", "Đất an ninh"),
                            ("DSN", "Đất xây dựng công trình sự nghiệp"),
                            ("DVH", "Đất xây dựng cơ sở văn hóa"),
                            ("DXH", "Đất xây dựng cơ sở xã hội"),
                            ("DYT", "Đất xây dựng cơ sở y tế"),
                            ("DGD", "Đất xây dựng cơ sở giáo dục và đào tạo"),
                            ("DTT", "Đất xây dựng cơ sở thể dục, thể thao"),
                            ("DKH", "Đất xây dựng cơ sở khoa học và công nghệ"),
                            ("DMT", "Đất xây dựng cơ sở môi trường"),
                            ("DKT", "Đất xây dựng cơ sở khí tượng thủy văn"),
                            ("DNG", "Đất xây dựng cơ sở ngoại giao"),
                            ("DSK", "Đất xây dựng công trình sự nghiệp khác"),
                            ("CSK", "Đất sản xuất, kinh doanh phi nông nghiệp"),
                            ("SCC", "Đất khu công nghiệp, cụm công nghiệp"),
                            ("SKK", "Đất khu công nghiệp"),
                            ("SKN", "Đất cụm công nghiệp"),
                            ("SCT", "Đất khu công nghệ thông tin tập trung"),
                            ("TMD", "Đất thương mại, dịch vụ"),
                            ("SKC", "Đất cơ sở sản xuất phi nông nghiệp"),
                            ("SKS", "Đất sử dụng cho hoạt động khoáng sản"),
                            ("CCC", "Đất sử dụng vào mục đích công cộng"),
                            ("DGT", "Đất công trình giao thông"),
                            ("DTL", "Đất công trình thủy lợi"),
                            ("DCT", "Đất công trình cấp nước, thoát nước"),
                            ("DPC", "Đất công trình phòng, chống thiên tai"),
                            ("DDD", "Đất có di tích lịch sử - văn hóa, danh lam thắng cảnh, di sản thiên nhiên"),
                            ("DRA", "Đất công trình xử lý chất thải"),
                            ("DNL", "Đất công trình năng lượng, chiếu sáng công cộng"),
                            ("DBV", "Đất công trình hạ tầng bưu chính, viễn thông, công nghệ thông tin"),
                            ("DCH", "Đất chợ dân sinh, chợ đầu mối"),
                            ("DKV", "Đất khu vui chơi, giải trí công cộng, sinh hoạt cộng đồng"),
                            ("TON", "Đất tôn giáo"),
                            ("TIN", "Đất tín ngưỡng"),
                            ("NTD", "Đất nghĩa trang, nhà tang lễ, cơ sở hỏa táng; đất cơ sở lưu trữ tro cốt"),
                            ("TVC", "Đất có mặt nước chuyên dùng"),
                            ("MNC", "Đất có mặt nước chuyên dùng dạng ao, hồ, đầm, phá"),
                            ("SON", "Đất có mặt nước dạng sông, ngòi, kênh, rạch, suối"),
                            ("PNK", "Đất phi nông nghiệp khác"),
                            ("CSD", "Nhóm đất chưa sử dụng"),
                            (
                                "CGT",
                                "Đất do Nhà nước thu hồi theo quy định của pháp luật đất đai chưa giao, chưa cho thuê sử dụng",
                            ),
                            ("BCS", "Đất bằng chưa sử dụng"),
                            ("DCS", "Đất đồi núi chưa sử dụng"),
                            ("NCS", "Đất núi đá không có rừng cây"),
                            ("MCS", "Đất có mặt nước chưa sử dụng"),
                        ],
                        max_length=3,
                        null=True,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("srid", models.PositiveIntegerField()),
                ("area_m2", models.FloatField()),
                ("is_draft", models.BooleanField(default=False)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("recorded_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("recorded_to", models.DateTimeField(null=True)),
                ("is_current", models.BooleanField(default=False)),
                ("geom", django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                (
                    "geom_plane",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("geom"),
                            models.F("srid"),
                            function="ST_Transform",
                            output_field=django.contrib.gis.db.models.fields.MultiPolygonField(srid=0),
                        ),
                        output_field=django.contrib.gis.db.models.fields.MultiPolygonField(spatial_index=False, srid=0),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admin_units.adminunit"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="zones", to="land_records.plan"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("code", "version"), name="land_records_plan_once"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))), name="land_records_plan_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_plan_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(
                        ("approved_on__isnull", False),
                        ("valid_from__isnull", False),
                        models.Q(("decision_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="land_records_plan_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["replaced", "withdrawn"]), _negated=True),
                    ("valid_to__isnull", False),
                    _connector="OR",
                ),
                name="land_records_plan_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="planzone",
            index=models.Index(fields=["number"], name="land_records_zone_number"),
        ),
        migrations.AddIndex(
            model_name="planzone",
            index=models.Index(fields=["planned_use"], name="land_records_zone_use"),
        ),
        migrations.AddIndex(
            model_name="planzone",
            index=models.Index(fields=["valid_from", "valid_to"], name="land_records_zone_period"),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.CheckConstraint(
                condition=models.Q(("geom__isvalid", True)), name="land_records_planzone_geom_valid"
            ),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recorded_to__isnull", True)),
                fields=("plan", "code"),
                name="land_records_zone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("number",), name="land_records_zone_current_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_current", False), ("is_draft", True)),
                    models.Q(("is_draft", False), ("valid_from__isnull", False)),
                    _connector="OR",
                ),
                name="land_records_zone_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="land_records_zone_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="planzone",
            constraint=models.CheckConstraint(condition=models.Q(("area_m2__gt", 0)), name="land_records_zone_area"),
        ),
    ]
