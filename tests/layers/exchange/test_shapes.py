"""Marks on paper."""

from layers.exchange.print.shapes import badge


def test_an_arrow_is_turned_about_its_place() -> None:
    assert 'transform="rotate(135 10.00 20.00)"' in badge("arrow", 10, 20, 1, "#0B5FA5", turned_deg=135)
    assert "transform" not in badge("arrow", 10, 20, 1, "#0B5FA5")


def test_a_hatch_is_strokes_within_the_badge() -> None:
    drawn = badge("hatch", 0, 0, 1, "#17212B")

    assert drawn.count("M") == 3
    assert "fill" not in drawn
