"""The base map of our own: roads, water, places, addresses."""
