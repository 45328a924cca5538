"""Who saw or changed what, when and why: an append-only, hash-chained log (nhật ký truy cập).

`record` is the only way in. Entries are kept 24 months; nobody, administrators included, changes or removes one.
"""

from layers.audit.chain import Receipt, record
from layers.audit.telling import TellingRefusal, telling_refusals_noted

__all__ = ["Receipt", "TellingRefusal", "record", "telling_refusals_noted"]
