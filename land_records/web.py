"""The register's own addresses: planning, lists of plans, files with names, extracts, statistics, scans."""

from land_records.exports import web as exports
from land_records.extract import web as extract
from land_records.planning import difference_page, office
from land_records.planning import web as planning
from land_records.scans import web as scans
from land_records.statistics import web as statistics

urlpatterns = [
    *planning.urlpatterns,
    *office.urlpatterns,
    *difference_page.urlpatterns,
    *exports.urlpatterns,
    *extract.urlpatterns,
    *statistics.urlpatterns,
    *scans.urlpatterns,
]

PAGES = (*statistics.PAGES, *difference_page.PAGES)
"""For the land offices' menu."""
