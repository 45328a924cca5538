"""Who saw or changed what, when and why: an append-only, hash-chained log (nhật ký truy cập).

`record` is the only way in. Entries are kept 24 months; nobody, administrators included, changes or removes one.
"""

from layers.audit.chain import Receipt, record

__all__ = ["Receipt", "record"]
