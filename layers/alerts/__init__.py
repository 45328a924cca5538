"""Alerts (cảnh báo): rules over the numbers that layers declare, and what they raised.

Knows a layer by its id and a feature by its number; never what either is.
"""
