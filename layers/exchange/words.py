# ruff: noqa: E501  one sentence a line reads better than sentences cut in pieces
"""The words of every fault and warning an import can name, by code."""

from typing import Any

from layers.core import Text

WORDS: dict[str, Text] = {
    # the file
    "file_missing": Text(vi="Không có tệp “{name}”.", en="There is no file “{name}”."),
    "file_empty": Text(vi="Tệp rỗng.", en="The file is empty."),
    "too_large": Text(
        vi="Tệp {mb} MB, lớn hơn giới hạn {limit_mb} MB.", en="The file has {mb} MB, more than the limit of {limit_mb} MB."
    ),
    "too_slow": Text(
        vi="Đọc tệp quá {seconds:.0f} giây nên đã dừng.", en="Reading took more than {seconds:.0f} seconds and was stopped."
    ),
    "memory": Text(vi="Tệp cần quá nhiều bộ nhớ.", en="The file needs too much memory."),
    "parser_died": Text(
        vi="Bộ đọc tệp dừng bất thường (mã {status}).", en="The file's reader ended unexpectedly (status {status})."
    ),
    "format_unknown": Text(
        vi="Không đọc được định dạng của “{name}”. Đọc được: {formats}, hoặc một thư mục.",
        en="The format of “{name}” is not read. Read are: {formats}, or a folder.",
    ),
    "folder_empty": Text(
        vi="Thư mục không có tệp nào đọc được ({formats}).", en="The folder has no file that can be read ({formats})."
    ),
    "folder_many": Text(vi="Thư mục có {files} tệp, tối đa {limit}.", en="The folder has {files} files, at most {limit}."),
    # json
    "json_cut": Text(
        vi="Tệp JSON bị cắt cụt: {reason}. Tải lại tệp.", en="The JSON is cut off: {reason}. Fetch the file again."
    ),
    "json_broken": Text(vi="JSON hỏng: {reason}.", en="The JSON is malformed: {reason}."),
    "json_deep": Text(vi="JSON lồng quá sâu.", en="The JSON is nested too deep."),
    "json_element": Text(
        vi="Một đối tượng dài hơn {mb} MB hoặc không kết thúc.", en="A feature is longer than {mb} MB or has no end."
    ),
    "not_geojson": Text(
        vi="Tệp là JSON nhưng không phải GeoJSON hay Overpass ({reason}).",
        en="The file is JSON but neither GeoJSON nor Overpass ({reason}).",
    ),
    "feature_wrong": Text(vi="Phần tử không phải Feature của GeoJSON.", en="The element is no GeoJSON Feature."),
    # zip
    "zip_broken": Text(vi="Tệp zip hỏng: {reason}.", en="The zip cannot be opened: {reason}."),
    "zip_bomb": Text(
        vi="“{member}” trong tệp zip phình ra quá lớn; đã dừng.", en="“{member}” in the zip unpacks to far too much; stopped."
    ),
    "zip_unsafe": Text(
        vi="Tệp zip chứa đường dẫn không an toàn “{member}”.", en="The zip holds an unsafe path “{member}”."
    ),
    "zip_locked": Text(vi="“{member}” trong tệp zip có mật khẩu.", en="“{member}” in the zip is encrypted."),
    "zip_many": Text(vi="Tệp zip có {members} tệp, tối đa {limit}.", en="The zip has {members} members, at most {limit}."),
    "zip_doubled": Text(vi="Tệp zip có hai “{member}”.", en="The zip has two “{member}”."),
    "zip_empty": Text(
        vi="Tệp zip không có tệp nào đọc được ({formats}).", en="The zip has no file that can be read ({formats})."
    ),
    # shapefile, geopackage
    "shapefile_parts": Text(
        vi="Shapefile thiếu tệp kèm: {missing}. Nén cả bộ thành zip rồi nhập.",
        en="The Shapefile lacks: {missing}. Zip all its files and import the zip.",
    ),
    "not_geopackage": Text(vi="Tệp không phải GeoPackage.", en="The file is no GeoPackage."),
    "vector_unreadable": Text(vi="Không đọc được tệp: {reason}", en="The file cannot be read: {reason}"),
    "table_several": Text(
        vi="Tệp có nhiều bảng: {tables}. Chọn một bằng --table.", en="The file has several tables: {tables}. Choose by --table."
    ),
    "table_unknown": Text(
        vi="Không có bảng “{table}”. Có: {tables}.", en="There is no table “{table}”. There are: {tables}."
    ),
    "table_none": Text(vi="Tệp không có bảng nào có hình.", en="The file has no table with geometry."),
    # tables
    "csv_empty": Text(vi="Bảng không có dòng tiêu đề.", en="The table has no line of headings."),
    "csv_broken": Text(vi="Bảng hỏng: {reason}.", en="The table cannot be cut into cells: {reason}."),
    "row_length": Text(
        vi="Dòng có {cells} ô, tiêu đề có {headings}: có thể sai dấu phân cách.",
        en="The row has {cells} cells, the headings are {headings}: perhaps a wrong delimiter.",
    ),
    "heading_doubled": Text(
        vi="Hai cột cùng tiêu đề “{heading}”; cột sau được đánh số.", en="Two columns are called “{heading}”; the later is numbered."
    ),
    "no_place_columns": Text(
        vi="Không có cột vị trí: cần kinh độ và vĩ độ (lon/lat, x/y) hoặc một cột WKT.",
        en="There are no columns of a place: longitude and latitude (lon/lat, x/y) or a WKT column are needed.",
    ),
    "coordinates_unreadable": Text(
        vi="Không hiểu toạ độ “{x}”, “{y}”.", en="The coordinates “{x}”, “{y}” cannot be read."
    ),
    "northing_first": Text(
        vi="Cột X là tung độ (bắc), cột Y là hoành độ (đông) như hồ sơ địa chính; đã hoán đổi.",
        en="Column X holds northings and Y eastings, as in land documents; they were exchanged.",
    ),
    # drawings
    "drawing_no_faces": Text(
        vi="Bản vẽ không có đường nào khép kín thành khoanh. Nếu chọn lớp bằng --table, kiểm tra tên lớp: {tables}.",
        en="No lines of the drawing close to a face. If --table chose its levels, check their names: {tables}.",
    ),
    "drawing_texts_outside": Text(
        vi="{number} chữ nằm ngoài mọi khoanh khép kín, ví dụ: {names}.",
        en="{number} texts lie in no closed face, for example: {names}.",
    ),
    # encoding
    "encoding_unknown": Text(vi="Không có bảng mã “{encoding}”.", en="There is no encoding “{encoding}”."),
    "encoding_wrong": Text(
        vi="Chữ trong tệp không phải bảng mã {encoding}. Ghi rõ bằng --encoding.",
        en="The text is not in the encoding {encoding}. Say which by --encoding.",
    ),
    "encoding_guessed": Text(
        vi="Bảng mã được đoán là {encoding}; nếu chữ sai, ghi rõ bằng --encoding.",
        en="The encoding was guessed to be {encoding}; if letters look wrong, say which by --encoding.",
    ),
    # coordinate systems
    "crs_unknown": Text(
        vi="Không hiểu hệ toạ độ “{crs}”. Ghi mã EPSG, ví dụ --crs EPSG:9209.",
        en="The coordinate system “{crs}” is not known. Name an EPSG code, e.g. --crs EPSG:9209.",
    ),
    "crs_deprecated": Text(
        vi="{crs} đã bị bãi bỏ và các phần mềm hiểu khác nhau. Dùng mã đang có hiệu lực (VN-2000 múi 3°: EPSG:9205-9218, 5896-5899).",
        en="{crs} was withdrawn and programs read it differently. Use a code in force (VN-2000 3° zones: EPSG:9205-9218, 5896-5899).",
    ),
    "crs_inexact": Text(
        vi="Tệp tự mô tả hệ toạ độ “{crs}” mà không có phép chuyển chính xác sang WGS 84. Ghi mã EPSG bằng --crs.",
        en="The file describes its own system “{crs}”, from which no exact way to WGS 84 is known. Name the EPSG code by --crs.",
    ),
    "crs_missing": Text(
        vi="Tệp không ghi hệ toạ độ và toạ độ ({x}, {y}) không phải kinh vĩ độ. Ghi mã bằng --crs"
        " (Tây Ninh cũ EPSG:9209, Long An cũ EPSG:9210).",
        en="The file names no coordinate system and ({x}, {y}) is no longitude and latitude. Name the code by --crs"
        " (old Tây Ninh EPSG:9209, old Long An EPSG:9210).",
    ),
    "crs_late": Text(
        vi="Hệ toạ độ được ghi sau các đối tượng. Ghi mã bằng --crs rồi nhập lại.",
        en="The coordinate system stands after the features. Name it by --crs and import again.",
    ),
    "crs_assumed": Text(
        vi="Tệp không ghi hệ toạ độ; toạ độ được đọc là kinh vĩ độ WGS 84.",
        en="The file names no coordinate system; its coordinates were read as WGS 84 longitude and latitude.",
    ),
    "crs_overridden": Text(
        vi="Tệp ghi hệ toạ độ khác; đã dùng {crs} theo --crs.", en="The file names another system; {crs} was used, as --crs says."
    ),
    "axes_swapped": Text(
        vi="Toạ độ viết vĩ độ trước, kinh độ sau. Đổi thứ tự thành kinh độ, vĩ độ rồi nhập lại.",
        en="The coordinates have latitude first. Put longitude before latitude and import again.",
    ),
    # geometry
    "geometry_empty": Text(vi="Hình rỗng.", en="The geometry is empty."),
    "geometry_missing": Text(
        vi="Dòng không có hình, không đặt được lên bản đồ.", en="The row has no geometry and cannot be placed."
    ),
    "geometry_unreadable": Text(vi="Không đọc được hình.", en="The geometry cannot be read."),
    "geometry_not_finite": Text(vi="Toạ độ là NaN hoặc vô cực.", en="A coordinate is NaN or infinite."),
    "geometry_out_of_range": Text(
        vi="Toạ độ ({x}, {y}) nằm ngoài Trái Đất: kinh độ −180…180, vĩ độ −90…90.",
        en="The coordinates ({x}, {y}) are not on the Earth: longitude −180…180, latitude −90…90.",
    ),
    "geometry_too_large": Text(vi="Hình có quá nhiều đỉnh.", en="The geometry has too many vertices."),
    "geometry_mixed": Text(
        vi="Một hình gồm nhiều loại (điểm, đường, vùng): tách thành nhiều dòng.",
        en="One geometry mixes points, lines and areas: split it into several rows.",
    ),
    "geometry_invalid": Text(
        vi="Hình không hợp lệ và không sửa được: {reason}.", en="The geometry is not valid and cannot be mended: {reason}."
    ),
    "geometry_repaired": Text(
        vi="Hình không hợp lệ ({reason}); đã tự sửa.", en="The geometry was not valid ({reason}) and was mended."
    ),
    "osm_no_place": Text(
        vi="Đối tượng OSM ({reason}) không có hình, không đủ nút và không có tâm: tải lại với “out geom”.",
        en="The OSM {reason} has no geometry, not all its nodes and no centre: fetch it with “out geom”.",
    ),
    "osm_centred": Text(
        vi="{number} đối tượng OSM không kèm hình, được đặt tại tâm (tải với “out geom” để có hình).",
        en="{number} OSM objects came without geometry and stand at their centre (fetch with “out geom” for shapes).",
    ),
    # values
    "text_cut": Text(
        vi="“{heading}” dài hơn {limit} ký tự nên bị cắt.", en="“{heading}” has more than {limit} characters and was cut."
    ),
    "value_not_finite": Text(
        vi="“{heading}” là NaN hoặc vô cực, được để trống.", en="“{heading}” is NaN or infinite and was left empty."
    ),
    "value_wrong": Text(
        vi="“{heading}”: “{value}” không phải {kind_vi}.", en="“{heading}”: “{value}” is no {kind_en}."
    ),
    "value_unknown": Text(
        vi="“{heading}”: không tìm thấy “{value}”.", en="“{heading}”: “{value}” was not found."
    ),
    "value_missing": Text(vi="Thiếu “{heading}”.", en="“{heading}” is missing."),
    "row_doubled": Text(
        vi="Trùng với dòng {first}{where}; dòng đầu được giữ.", en="The same as row {first}{where}; the first is kept."
    ),
    "row_refused": Text(
        vi="Cơ sở dữ liệu không nhận dòng này: {reason}", en="The database does not accept this row: {reason}"
    ),
    # columns
    "column_left_out": Text(
        vi="Cột “{heading}” không thuộc lớp này nên bị bỏ qua.", en="Column “{heading}” is not of this layer and was left out."
    ),
    "column_missing": Text(
        vi="Tệp không có cột “{heading}”. Nếu cột mang tên khác, ghi --map \"tên cột={name}\".",
        en="The file has no column “{heading}”. If it goes by another name, write --map \"column={name}\".",
    ),
    "headings_many": Text(
        vi="Quá {limit} tiêu đề khác nhau; {number} giá trị của các cột sau bị bỏ.",
        en="More than {limit} different headings; {number} values of later columns were left out.",
    ),
    "columns_many": Text(
        vi="{number} cột; giữ {limit} cột có nhiều giá trị nhất, bỏ: {names}.",
        en="{number} columns; the {limit} with most values are kept, left out: {names}.",
    ),
    "map_unknown": Text(vi="--map: tệp không có cột “{heading}”.", en="--map: the file has no column “{heading}”."),
    "map_target": Text(
        vi="--map: lớp không có trường “{name}”. Có: {names}.", en="--map: the layer has no field “{name}”. There are: {names}."
    ),
    "given_target": Text(
        vi="--set: lớp không có trường “{name}”. Có: {names}.", en="--set: the layer has no field “{name}”. There are: {names}."
    ),
    "given_wrong": Text(
        vi="--set: “{value}” không dùng được cho “{name}”.", en="--set: “{value}” is no value of “{name}”."
    ),
    "place_refused": Text(vi="{name}: {vi}", en="{name}: {en}"),
    "key_unknown": Text(
        vi="--key: cột “{heading}” không có, hoặc có ô trống hay giá trị trùng.",
        en="--key: column “{heading}” is missing, or has empty cells or a value met twice.",
    ),
    "nothing": Text(vi="Không có dòng nào dùng được.", en="No row could be used."),
    "no_rows": Text(vi="Tệp không có đối tượng nào.", en="The file holds no feature."),
}  # fmt: skip

KINDS = {
    "integer": ("số nguyên", "whole number"),
    "number": ("số", "number"),
    "boolean": ("có/không", "yes or no"),
    "date": ("ngày", "date"),
    "datetime": ("thời điểm", "date and time"),
    "text": ("chữ", "text"),
}
"""Names of the types in both languages."""


def say(code: str, **facts: Any) -> Text:
    """The words of a code with its facts filled in; braces in a fact stay what they are."""
    text = WORDS[code]
    return Text(vi=text.vi.format(**facts), en=text.en.format(**facts))
