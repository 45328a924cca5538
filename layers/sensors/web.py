"""The stations' own addresses: SensorThings, and the page “Không khí hôm nay”."""

from layers.sensors.things import web as things
from layers.sensors.today import web as today

urlpatterns = [*things.urlpatterns, *today.urlpatterns]
