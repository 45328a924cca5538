"""What a file may bring into the land register."""

from land_records.importing.place import place
from land_records.importing.register import finish
from land_records.importing.rows import COLUMNS, prepare
from land_records.importing.staging import keep
from layers.core import Importer

PARCELS = Importer(
    natural_key=("commune", "map_commune_code", "sheet", "parcel_number"),
    columns=COLUMNS,
    store_batch=keep,
    prepare=prepare,
    finish=finish,
    whole=True,
    place=place,
)
