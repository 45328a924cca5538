"""Tiles as one file: PMTiles archives of public layers, whole or a commune's, made, resumed and kept fresh.

In: a `Plan`. Out: a file that holds the very bytes the tile server gives everyone, and the journal position it is of.
"""
