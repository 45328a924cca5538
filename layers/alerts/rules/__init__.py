"""Rules as pure functions of values and time: no database, no clock.

Times are whole microseconds since 1970-01-01 UTC; a value counts from its own time, whenever it arrived.
`condition` is what may be asked, `program` one rule made ready, `fold` a rule over time, `track` a rule while values
arrive late and are corrected, `body` a rule as people write it.
"""
