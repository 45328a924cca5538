"""Serves every layer of the registry as tiles, without knowing what any of them is."""
