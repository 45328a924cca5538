"""Photos of features: kept as they came where only granted roles reach them, shown as copies without EXIF.

In: an upload (`storage.store`). Out: `/media/{id}/{copy|thumbnail|original}` by `web`. Faces and plates are not yet
blurred: until they are, a photo is public only after an authorised person looked at it and published it.
"""
