"""How grave an alert is, as CAP 1.2 grades it; the lightest first.

Levels of other scales become severities by reference/alerts-and-forest.md §5: flood BĐ1 minor, BĐ2 moderate, BĐ3
severe, above the historical flood extreme. Colours: the disaster levels of Decision 18/2021/QĐ-TTg, as there in §1.
"""

from layers.core.attribute import Options


class Severity(Options):
    """Mức độ nghiêm trọng; `rank` is 1 for the lightest."""

    MINOR = "minor", "Nhẹ", "Minor", "#9AD1F5"
    MODERATE = "moderate", "Trung bình", "Moderate", "#FFF7A8"
    SEVERE = "severe", "Nghiêm trọng", "Severe", "#FF9A2E"
    EXTREME = "extreme", "Đặc biệt nghiêm trọng", "Extreme", "#E3261B"

    @property
    def rank(self) -> int:
        """The severity as the evaluator counts it."""
        return list(Severity).index(self) + 1

    @classmethod
    def of(cls, rank: int) -> "Severity":
        """The severity of a rank from 1 to 4."""
        return list(cls)[rank - 1]


SEVERITIES = {one.value: one for one in Severity}
"""By the stored word."""
