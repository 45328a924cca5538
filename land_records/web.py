"""The register's own addresses: the public look-up of planning."""

from land_records.planning import web as planning

urlpatterns = [*planning.urlpatterns]
