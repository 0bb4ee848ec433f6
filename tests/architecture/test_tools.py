"""The tools that the build trusts."""

from __future__ import annotations

import gettext
import io

import pytest

from tools import messages

PO = """
# a comment
msgid "接单"
msgstr "Accept"
#, fuzzy
msgid "怀疑"
msgstr "Doubt"

msgctxt "动词"
msgid "评"
msgid_plural "评们"
msgstr[0] "Rate"
msgstr[1] ""
"Rate "
"all"
"""


def entries():
    return messages.parse(PO)


def test_po_entries_are_read_with_contexts_plurals_and_doubt():
    assert [(each.context, each.id, each.plural, each.texts, each.fuzzy) for each in entries()] == [
        ("", "接单", "", ["Accept"], False),
        ("", "怀疑", "", ["Doubt"], True),
        ("动词", "评", "评们", ["Rate", "Rate all"], False),
    ]


def test_compiled_catalogue_is_read_by_gettext():
    catalogue = gettext.GNUTranslations(io.BytesIO(messages.mo_bytes({each.key: each for each in entries()})))
    assert catalogue.gettext("接单") == "Accept"
    assert [catalogue.npgettext("动词", "评", "评们", count) for count in (1, 2)] == ["Rate", "Rate all"]
    assert catalogue.gettext("没有") == "没有"


def test_messages_of_code_are_found_under_any_name(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext\nfrom other import gettext\n"
        "_('甲')\nngettext('乙', '乙们', 2)\ngettext('丙')\n"
    )
    assert [(each.id, each.plural) for each in messages._from_code(path)] == [("甲", ""), ("乙", "乙们")]


def test_messages_of_templates_are_found(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "{% translate '甲' %}{% blocktranslate trimmed with n=x %}\n 乙 {{ n }}\n 丙{% endblocktranslate %}"
        "{% blocktranslate count n=x %}丁{% plural %}丁们{% endblocktranslate %}{% if a == _('戊') %}{% endif %}<c-x :label=\"_('己')\" />"
    )
    found = dict.fromkeys((each.id, each.plural) for each in messages._from_template(path))
    assert list(found) == [
        ("甲", ""),
        ("乙 %(n)s 丙", ""),
        ("丁", "丁们"),
        ("戊", ""),
        ("己", ""),
    ]


@pytest.mark.parametrize("text", ["好,请", "时间:", "好!", "真的?", "一;二", ",好"])
def test_half_width_punctuation_beside_chinese_is_a_fault(text):
    assert messages.HALF_WIDTH.search(text)


@pytest.mark.parametrize("text", ["好，请", "9:00 到 11:00", "Hello, world", "12345（热线）：请拨"])
def test_right_punctuation_is_none(text):
    assert not messages.HALF_WIDTH.search(text)


def test_lost_placeholder_is_a_fault(tmp_path, monkeypatch):
    (tmp_path / "a.po").write_text('msgid "还有 %(n)s 分钟"\nmsgstr "minutes left"\n')
    monkeypatch.setattr(messages, "PARTS", tmp_path)
    assert messages._lost_placeholders() == ["'还有 %(n)s 分钟': placeholders differ in 'minutes left'"]


def test_two_parts_that_contradict_each_other_are_a_fault(tmp_path, monkeypatch):
    (tmp_path / "a.po").write_text('msgid "单"\nmsgstr "Order"\n')
    (tmp_path / "b.po").write_text('msgid "单"\nmsgstr "Request"\n')
    monkeypatch.setattr(messages, "PARTS", tmp_path)
    assert messages._contradictions() == ["b.po: '单' says ['Request'], but a.po says ['Order']"]


def test_contract_of_entries_quotes_what_po_needs():
    text = messages.po_text([messages.Entry(id='说"好"\n再走', texts=["say \\"])])
    assert [(each.id, each.texts) for each in messages.parse(text)] == [('说"好"\n再走', ["say \\"])]
