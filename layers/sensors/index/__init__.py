"""Indices made of readings, exactly as the decisions say, each with the way it came about.

Pure functions: nothing here reads a database or a clock.
"""
