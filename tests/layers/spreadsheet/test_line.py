"""What people wrote stays what they wrote, and no spreadsheet runs it."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from layers.spreadsheet.cell import MAX_CHARACTERS, words
from layers.spreadsheet.line import as_written, harmless, line

RUN = [
    "=1+1", '=HYPERLINK("x")', "@SUM(A1)", "+SUM(A1)", "-SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", " +A1",
    "-2+3+cmd|' /C calc'!A0", "+84-9", "-1*A1", "-(1)", "＝1", "＠A1", "－A1", "-1\n=cmd|'/C calc'!A0",
]  # fmt: skip
LEFT = ["-5", "-5,2", "-1.5e-05", "+84 912 345 678", "-5 °C", "-5 độ", "a=b", "thửa 1 + 2", "", "'quoted'", " x"]


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_put_behind_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", LEFT)
def test_numbers_measures_and_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@'\t\r\n 1,.aĐ＝|!("), max_size=8) | st.text(max_size=40))
@example("'=1+1")
@example("''+A1")
def test_it_is_taken_off_again_exactly(text: str) -> None:
    assert as_written(harmless(text)) == text
    assert not harmless(text).startswith(("=", "@", "\t", "\r", "\n", "＝", "＠"))


def test_a_line_is_read_as_it_was_written() -> None:
    cells = ["a,b", 'say "x"', -5, 1.5, None, "=1", "hai\ndòng"]

    (row,) = csv.reader(io.StringIO(line(cells).decode(), newline=""))

    assert row == ["a,b", 'say "x"', "-5", "1.5", "", "'=1", "hai\ndòng"]


@pytest.mark.parametrize("text", ["=1+1", "+A1", "@x", "001", "a\x00b", "x" * 40_000])
def test_a_workbook_keeps_words_as_words(text: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([words(sheet, text)])
    written = io.BytesIO()
    book.save(written)

    (cell,) = load_workbook(io.BytesIO(written.getvalue())).active[1]

    assert (cell.data_type, cell.value) == ("s", text.replace("\x00", "")[:MAX_CHARACTERS])
