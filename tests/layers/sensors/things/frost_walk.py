"""What the client of the FROST project reads of a service, as JSON: `frost_walk.py ADDRESS ID_OF_A_THING`.

Run by `test_client.py` in a process of its own, with the client's packages and nothing of ours.
"""

import json
import sys
from typing import Any

import frost_sta_client


def walk(address: str, thing: int) -> dict[str, Any]:
    """Lists, filters, orders, expands, pages and single entities of all eight kinds."""
    client = frost_sta_client.SensorThingsService(address)
    one = client.things().find(thing)
    streams = one.get_datastreams().query().expand("ObservedProperty,Sensor").list()
    paged = client.observations().query().top(5).count().list()
    latest = client.datastreams().query().expand("Observations($orderby=phenomenonTime desc;$top=1)").list()
    reading = client.observations().query().filter("result gt 600").top(1).list().entities[0]
    return {
        "air": [
            each.name
            for each in client.things().query().filter("properties/kind eq 'air'").orderby("name", "asc").list()
        ],
        "code": one.properties["code"],
        "measured": sorted(each.observed_property.name for each in streams),
        "units": sorted({each.unit_of_measurement.symbol for each in streams}),
        "count": paged.count,
        "paged": len(list(paged)),
        "latest": [each.observations.entities[0].result for each in latest],
        "place": client.locations().query().list().entities[0].location["type"],
        "feature": client.features_of_interest().query().list().entities[0].name,
        "since": bool(client.historical_locations().query().list().entities[0].time),
        "sensor": client.sensors().query().list().entities[0].encoding_type,
        "property": client.observed_properties().find("pm25").name,
        "again": client.observations().find(reading.id).result == reading.result,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(walk(sys.argv[1], int(sys.argv[2]))))
