"""The register's own addresses: the public look-up of planning, and what the land offices ask of plans."""

from land_records.planning import office
from land_records.planning import web as planning

urlpatterns = [*planning.urlpatterns, *office.urlpatterns]
