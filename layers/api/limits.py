"""How much one request may ask for, send, or cost."""

MAX_FEATURES = 10_000
"""Features of one page."""
DEFAULT_FEATURES = 100
MAX_EXPORT = 100_000
"""Rows of one CSV or GeoPackage; whole large layers are exported by `manage.py export_layer`."""
MAX_HITS = 50
DEFAULT_HITS = 10
MAX_QUERY_CHARACTERS = 200
SEARCH_S = 2.5
"""Longest a search may take over all layers; what is found by then is answered."""
SEARCH_LAYER_S = 1.0
SEARCHED_TOGETHER = 40
"""Layers asked by one statement."""
MAX_SEARCHED_LAYERS = 300
MAX_HISTORY = 200
MAX_PROPOSALS = 200
MAX_RESTRICTED_HITS = 50
MAX_REASON_CHARACTERS = 1_000
MAX_RELATED = 50
MAX_LINES = 200
"""Of a pasted list."""
LIST_S = 15.0
"""Longest a list may take; lines that were not reached are said."""
MAX_DRAWN_POINTS = 5_000
"""Points of one drawing that is measured or given a buffer."""
MAX_BUFFER_M = 100_000.0
