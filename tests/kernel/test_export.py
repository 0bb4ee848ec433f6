from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from chunshui.kernel import export


def opened(rows, title="订单", headers=("编号", "说明")):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(export.workbook(title, headers, rows))))
    return book.active


def test_workbook_has_a_header_row_that_stays_in_view_and_the_rows_below():
    sheet = opened(iter([["T-000001", "陪同就医"], ["T-000002", 120]]))
    assert [[cell.value for cell in row] for row in sheet.rows] == [["编号", "说明"], ["T-000001", "陪同就医"], ["T-000002", 120]]
    assert sheet.title == "订单"
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", ["=1+1", "+8613883212041", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_text_that_looks_like_a_formula_is_neutralised(text):
    cell = opened([["x", text]]).cell(2, 2)
    assert cell.value == f"'{text}"
    assert cell.data_type == "s"


def test_times_are_written_in_the_time_of_the_district(now):
    sheet = opened([[now, date(2026, 11, 24)]])
    assert sheet.cell(2, 1).value.isoformat() == "2026-11-24T12:00:00"
    assert sheet.cell(2, 2).value.isoformat() == "2026-11-24T00:00:00"


def test_empty_values_leave_empty_cells():
    assert [cell.value for cell in opened([[None, ""], ["a", "b"]])[2]] == [None, None]


def test_title_of_a_sheet_is_cut_to_what_excel_allows():
    assert opened([], title="订单/[全区]:" + "长" * 40).title == ("订单  全区  " + "长" * 40)[:31]


def test_long_list_is_given_in_chunks_not_in_one_piece():
    chunks = list(export.workbook("长", ["n"], ([number, "字" * 5 + str(number)] for number in range(20_000))))
    assert len(chunks) > 1
    assert max(map(len, chunks)) <= export.CHUNK


def test_file_name_holds_title_and_day():
    assert export.file_name("订单 列表/全区", date(2026, 11, 24)) == "订单_列表_全区-20261124.xlsx"
