"""Stations on the map."""
