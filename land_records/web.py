"""The register's own addresses: public planning, what the land offices ask of plans, files with names."""

from land_records.exports import web as exports
from land_records.planning import office
from land_records.planning import web as planning

urlpatterns = [*planning.urlpatterns, *office.urlpatterns, *exports.urlpatterns]
