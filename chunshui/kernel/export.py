"""Lists as Excel workbooks, written row by row so that a long list needs no more memory than a short one.

The caller masks personal data. A text that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from xlsxwriter import Workbook

from chunshui.kernel import clock
from chunshui.kernel.errors import Text

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64 * 1024
MOST_ROWS = 1_048_575  # of a sheet, below its header
MOST_CHARACTERS = 32_767  # of a cell
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\']")


def workbook(title: Text, headers: Sequence[Text], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet: a header row that stays in view, then `rows`."""
    with tempfile.TemporaryFile() as file:
        _write(file, str(title), [str(header) for header in headers], rows)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def file_name(title: Text, day: date) -> str:
    words = re.sub(r"[^\w-]+", "_", str(title)).strip("_")
    return f"{words}-{day:%Y%m%d}.xlsx"


def neutral(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _write(file: IO[bytes], title: str, headers: list[str], rows: Iterable[Sequence[Any]]) -> None:
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet(FORBIDDEN_IN_TITLE.sub(" ", title)[:31] or None)
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), date: book.add_format({"num_format": "yyyy-mm-dd"})}
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, min(40, max(12, 2 * len(header) + 2)))
        sheet.write_string(0, column, neutral(header), bold)
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            break
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, formats)
    book.close()


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type[date], Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, clock.local(value).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, neutral(str(value))[:MOST_CHARACTERS])
