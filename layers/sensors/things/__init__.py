"""OGC SensorThings API 1.1, Part 1 (Sensing), read only, over the stations a caller may see.

In: an address and its query. Out: JSON as OGC 18-088 has it. `model` says which entities there are and which rows and
columns stand behind them; nothing else of the query reaches the database.
"""
