"""Reads a foreign file in a process of its own: bytes in, rows as JSON lines and a summary out.

Started by `sandbox` with the environment that keeps GDAL to the allowed drivers. Imports nothing of ours from outside
this package and no Django, so that it starts fast and holds nothing worth stealing.
"""
