from __future__ import annotations

import pytest

from chunshui.kernel import search


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("陪诊", {"陪诊"}),
        ("陪同就医", {"陪同", "同就", "就医"}),
        ("李", {"李"}),
        ("", set()),
        ("，。！", set()),
        ("ＡＢc", {"ab", "bc"}),
        ("江北 陪诊", {"江北", "陪诊"}),
        ("a·b", {"a", "b"}),
    ],
)
def test_bigrams_are_the_pairs_of_neighbours_in_each_run(text, tokens):
    assert search.bigrams(text) == tokens


def test_every_word_that_a_text_holds_is_found_by_its_tokens():
    text = "莺花巷 27 号的周桂芳要陪同就医"
    stored = search.index_tokens(text)
    for word in ("周桂", "桂芳", "周桂芳", "陪同就医", "27", "莺花巷"):
        assert search.bigrams(word) <= stored
    assert not search.bigrams("远方") <= stored


def test_first_character_of_a_run_finds_a_surname():
    assert search.bigrams("周") <= search.index_tokens("周桂芳")
    assert not search.bigrams("芳") <= search.index_tokens("周桂芳")
