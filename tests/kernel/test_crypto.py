from __future__ import annotations

import base64

import pytest

from chunshui.kernel import crypto

SUITES = [("aes", crypto.AES), ("sm4", crypto.SM4)]
OTHER_KEYS = "2:" + base64.b64encode(b"z" * 32).decode()


@pytest.fixture(autouse=True)
def _fresh_keys():
    crypto._master_keys.cache_clear()
    yield
    crypto._master_keys.cache_clear()


@pytest.fixture
def key(settings):
    return crypto.unwrap(crypto.new_wrapped_key("someone"), "someone")


@pytest.mark.parametrize(("suite", "number"), SUITES)
def test_sealed_text_opens_again_and_names_its_suite(settings, suite, number):
    settings.CRYPTO_SUITE = suite
    key = crypto.unwrap(crypto.new_wrapped_key("a"), "a")
    sealed = crypto.seal("莺花巷 27 号", key, "a:address")
    assert sealed[0] == number
    assert crypto.unseal(sealed, key, "a:address") == "莺花巷 27 号"


@pytest.mark.parametrize("suite", ["aes", "sm4"])
@pytest.mark.parametrize("context", ["a:phone", "b:address"])
def test_value_moved_to_another_row_or_column_does_not_open(settings, key, suite, context):
    settings.CRYPTO_SUITE = suite
    sealed = crypto.seal("secret", key, "a:address")
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key, context)


@pytest.mark.parametrize("suite", ["aes", "sm4"])
@pytest.mark.parametrize("at", [1, 14, -1])
def test_value_that_was_tampered_with_does_not_open(settings, key, suite, at):
    settings.CRYPTO_SUITE = suite
    sealed = bytearray(crypto.seal("secret", key, "a:address"))
    sealed[at] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(bytes(sealed), key, "a:address")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01short", b"\x02short"])
def test_value_that_was_cut_short_does_not_open(key, sealed):
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key, "a:address")


def test_values_of_both_suites_live_side_by_side(settings, key):
    sealed = {}
    for suite, _ in SUITES:
        settings.CRYPTO_SUITE = suite
        sealed[suite] = crypto.seal("both", key, "a:x")
    assert {crypto.unseal(value, key, "a:x") for value in sealed.values()} == {"both"}


def test_personal_key_opens_only_for_its_owner():
    with pytest.raises(crypto.Unreadable):
        crypto.unwrap(crypto.new_wrapped_key("a"), "b")


def test_new_master_key_wraps_new_keys_while_old_ones_still_open(settings):
    old = crypto.new_wrapped_key("a")
    settings.CRYPTO_KEYS = f"{OTHER_KEYS},{settings.CRYPTO_KEYS}"
    crypto._master_keys.cache_clear()
    assert crypto.unwrap(old, "a")
    assert (old[1], crypto.new_wrapped_key("a")[1]) == (1, 2)


def test_without_its_master_key_nothing_opens(settings):
    wrapped = crypto.new_wrapped_key("a")
    settings.CRYPTO_KEYS = OTHER_KEYS
    crypto._master_keys.cache_clear()
    with pytest.raises(crypto.Unreadable):
        crypto.unwrap(wrapped, "a")


def test_person_whose_key_was_shredded_can_never_be_read_again(resident):
    from chunshui.people import queries
    from chunshui.people.models import Person, PersonalKey

    assert queries.opened(resident, "phone")
    PersonalKey.objects.filter(person=resident).delete()
    with pytest.raises(crypto.Unreadable):
        queries.opened(Person.objects.get(pk=resident.pk), "phone")


def test_same_text_is_sealed_differently_each_time(key):
    assert crypto.seal("x", key, "a") != crypto.seal("x", key, "a")


def test_blind_index_finds_an_exact_value_and_differs_by_purpose_and_key(settings):
    first = crypto.blind_index("13883212041", "phone")
    assert first == crypto.blind_index("13883212041", "phone")
    assert len(first) == 32
    assert first != crypto.blind_index("13883212041", "id")
    settings.CRYPTO_KEYS = OTHER_KEYS
    crypto._master_keys.cache_clear()
    assert first != crypto.blind_index("13883212041", "phone")


def test_key_file_is_made_once_and_only_its_owner_may_read_it(settings, tmp_path):
    settings.CRYPTO_KEYS = ""
    settings.DATA_DIR = tmp_path
    wrapped = crypto.new_wrapped_key("a")
    crypto._master_keys.cache_clear()
    assert crypto.unwrap(wrapped, "a")
    assert (tmp_path / "crypto_keys").stat().st_mode & 0o777 == 0o600
