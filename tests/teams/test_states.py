from __future__ import annotations

import pytest

from chunshui.teams.states import credit_code_fault


@pytest.mark.parametrize("code", ["9144030071526726XG", "91350100M000100Y43", "51500112MJP700004B"])
def test_a_right_credit_code_has_no_fault(code):
    assert credit_code_fault(code) == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "统一社会信用代码是 18 位，现在是 0 位。"),
        ("51500112MJP700004", "统一社会信用代码是 18 位，现在是 17 位。"),
        ("51500112MJP70OOO4B", "第 14 位“O”不会出现在代码里（不用字母 I、O、S、V、Z）。"),
        ("51500112MJP700005B", "代码对不上：最后一位是校验码，请对照证书逐位核对。"),
        ("15500112MJP700004B", "代码对不上：最后一位是校验码，请对照证书逐位核对。"),
    ],
)
def test_a_wrong_credit_code_is_told_precisely(code, words):
    assert str(credit_code_fault(code)) == words
