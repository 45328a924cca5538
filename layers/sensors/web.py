"""The stations' own addresses: SensorThings, files of readings and means, and the page “Không khí hôm nay”."""

from layers.sensors import download
from layers.sensors.things import web as things
from layers.sensors.today import web as today

urlpatterns = [*things.urlpatterns, *today.urlpatterns, *download.urlpatterns]
