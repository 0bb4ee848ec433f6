import numpy as np

from chunshui.matching import District, Weights, shortlist
from chunshui.matching.city import CERTIFICATES, COMMON, calls, city


def test_a_city_is_the_same_for_the_same_seed_and_wholly_valid() -> None:
    people, centres = city(7, 3000)
    again, _ = city(7, 3000)
    other, _ = city(8, 3000)
    assert all(np.array_equal(getattr(people, name), getattr(again, name)) for name in ("ids", "x", "skills", "slots", "acceptance"))
    assert not np.array_equal(people.skills, other.skills)
    batch = calls(1, 200, people, centres)
    assert np.array_equal(batch.table, calls(1, 200, people, centres).table)
    assert set(np.bitwise_count(batch.table["skills"]).tolist()) == {1}
    assert int(people.skills.max()) < 1 << (COMMON + CERTIFICATES)


def test_in_shortage_a_twentieth_can_be_reached_and_lists_are_short() -> None:
    plenty, centres = city(7, 20_000)
    shortage, _ = city(7, 20_000, reachable=0.05)
    assert 0.94 < float(shortage.asked_out.mean()) < 0.96
    batch = calls(1, 300, plenty, centres)
    many = shortlist(District.of(plenty), batch, Weights()).people.sum()
    few = shortlist(District.of(shortage), batch, Weights()).people.sum()
    assert 0.02 < few / many < 0.09
