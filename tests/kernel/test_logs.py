from __future__ import annotations

import logging

import pytest

from chunshui.kernel.logs import ScrubbedFormatter, scrub


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("call 13883212041 now", "call 138****20 now"),
        ("id 500105195001011234.", "id 500****34."),
        ("id 50010519500101123X", "id 500****3X"),
        ("phone=13883212041&x=1", "phone=***&x=1"),
        ("{'code': '123456', 'at': 1}", "{'code': ***, 'at': 1}"),
        ('{"password": "s3 cret", "a": 1}', '{"password": ***, "a": 1}'),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("address='莺花巷 27 号'", "address=***"),
        ("order 20261124000123 took 12 ms", "order 20261124000123 took 12 ms"),
        ("delivery 138 failed", "delivery 138 failed"),
    ],
)
def test_personal_values_are_blotted_out_and_the_rest_stays(line, clean):
    assert scrub(line) == clean


def test_traceback_is_scrubbed_too():
    formatter = ScrubbedFormatter("%(levelname)s %(message)s")
    try:
        raise ValueError("no such phone 13883212041")
    except ValueError:
        import sys

        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed for %s", ("13883212041",), sys.exc_info())
    text = formatter.format(record)
    assert "13883212041" not in text
    assert "ValueError" in text


def test_every_handler_of_the_settings_scrubs(settings):
    names = {handler["formatter"] for handler in settings.LOGGING["handlers"].values()}
    assert {settings.LOGGING["formatters"][name].get("()") for name in names} == {"chunshui.kernel.logs.ScrubbedFormatter"}
