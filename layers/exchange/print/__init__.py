"""A map sheet at true scale, as PDF or PNG: what a viewer sees, drawn again on the server for paper.

The way of a sheet: `order` (what was asked) -> `plane` (where it lies on paper) -> `contents` (what is drawn, read
through the layers' own queries) -> `drawing` (SVG) -> `sheet` (HTML with legend and margin) -> `press` (PDF or PNG).
"""
