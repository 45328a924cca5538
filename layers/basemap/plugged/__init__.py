"""Plug-in base maps: maps of others laid under the data, as rows of a table.

In: an address somebody typed. Out: what the viewer draws, and which hosts its page may therefore ask.
"""
