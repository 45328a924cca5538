"""“Không khí hôm nay” (/khong-khi, /air): how the air is at every station, for everyone, on any phone.

One page without scripts of its own need: some kilobytes, readable in both languages, light and dark, at 360 pixels.
"""
