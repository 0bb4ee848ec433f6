from __future__ import annotations

import pytest

from config import env


def test_no_url_means_sqlite_in_the_data_folder_with_immediate_and_wal(tmp_path):
    found = env.database("", tmp_path)
    assert found["NAME"] == str(tmp_path / "chunshui.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0"):
        assert pragma in found["OPTIONS"]["init_command"]


def test_sqlite_url_names_its_file(tmp_path):
    assert env.database("sqlite:////data/a b.sqlite3".replace(" ", "%20"), tmp_path)["NAME"] == "/data/a b.sqlite3"


def test_postgresql_url_gives_every_part_and_a_pool(tmp_path):
    found = env.database("postgresql://us%40er:p%2Fw@db.local:5433/chunshui?sslmode=require", tmp_path)
    assert [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["chunshui", "us@er", "p/w", "db.local", "5433"]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]


def test_postgresql_url_may_name_a_socket(tmp_path):
    found = env.database("postgresql:///chunshui?host=/run/postgresql", tmp_path)
    assert (found["HOST"], "host" in found["OPTIONS"]) == ("/run/postgresql", False)


@pytest.mark.parametrize("url", ["mysql://x/y", "chunshui.db"])
def test_other_databases_are_refused_with_the_two_that_work(tmp_path, url):
    with pytest.raises(SystemExit, match="sqlite:/// or postgresql://"):
        env.database(url, tmp_path)


def test_number_that_is_none_is_refused_with_what_it_is_for(monkeypatch):
    monkeypatch.setenv("TEST_NUMBER", "many")
    with pytest.raises(SystemExit, match="TEST_NUMBER must be a whole number, not 'many': how many"):
        env.number("TEST_NUMBER", 5, "how many")
    env.VARIABLES.pop("TEST_NUMBER")


def test_flag_understands_the_usual_words(monkeypatch):
    for word, meaning in (("1", True), ("yes", True), ("on", True), ("0", False), ("", False), ("no", False)):
        monkeypatch.setenv("TEST_FLAG", word)
        assert env.flag("TEST_FLAG", True, "a flag") is meaning
    env.VARIABLES.pop("TEST_FLAG")
