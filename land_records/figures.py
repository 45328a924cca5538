"""Numbers as people write them on pages and paper of the register."""


def decimal(value: float, places: int, language: str) -> str:
    """A number as the language writes it, in groups of three digits."""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
