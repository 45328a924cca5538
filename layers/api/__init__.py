"""The registry over HTTP: catalog, features, counts, edits, panels, actions, search, ingest, live events."""
