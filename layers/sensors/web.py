"""The stations' own addresses: SensorThings."""

from layers.sensors.things import web as things

urlpatterns = [*things.urlpatterns]
