"""Volunteers and residents, homes clustered round communities; papers that pass the checks but belong to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.random import Generator

from chunshui.kernel import crypto
from chunshui.people import commands as people_commands
from chunshui.people import queries as people_queries
from chunshui.people.models import Consent, ConsentText, Credential, Person, PersonalKey, PersonToken, Volunteer
from chunshui.people.states import Channel, ConsentKind, CredentialState, IdKind, VolunteerState
from demo import bulk, names
from demo.geography import Community, District

PERSON = (
    "id", "password", "uid", "name", "sex", "born_on", "login_index", "phone_index", "phone_sealed", "id_kind", "id_index", "id_sealed",
    "address_sealed", "area_id", "street_id", "community_id", "latitude", "longitude", "focus_groups", "created_at",
)  # fmt: skip
VOLUNTEER = (
    "person_id", "number", "state", "street_id", "community_id", "qualifications", "free_time", "languages", "reach_metres", "week_limit",
    "offers_a_week", "registered_at",
)  # fmt: skip
CREDENTIAL = ("person_id", "kind", "number", "valid_from", "valid_until", "state", "at")
CONSENT = ("person_id", "text_id", "given_by_id", "channel", "given_at")
BATCH = 20_000
#: chance of each of the 24 skills
SKILL_SHARE = np.array([4, 9, 5, 3, 12, 8, 12, 4, 6, 8, 4, 16, 9, 7, 15, 5, 0.6, 5, 11, 10, 12, 5, 7, 10]) / 100
#: credential kind → (skill bit that makes it likely, share among those who have the skill)
CREDENTIALS = {
    1: (1, 0.45), 2: (7, 0.5), 3: (1, 0.12), 4: (0, 0.6), 5: (10, 0.3), 6: (13, 0.95), 7: (17, 0.2), 8: (2, 0.3),
    9: (5, 0.3), 10: (3, 0.25), 11: (12, 0.6), 12: (5, 0.7),
}  # fmt: skip
#: free-time habits: chance of morning, afternoon, evening on weekdays, at weekends, on holidays
HABITS = {
    "retired": ((0.65, 0.55, 0.2), (0.5, 0.45, 0.2), (0.3, 0.3, 0.1)),
    "working": ((0.05, 0.06, 0.45), (0.5, 0.55, 0.35), (0.25, 0.3, 0.2)),
    "student": ((0.04, 0.12, 0.3), (0.55, 0.6, 0.4), (0.4, 0.45, 0.3)),
    "dormant": ((0.01, 0.01, 0.02), (0.06, 0.05, 0.03), (0.02, 0.02, 0.01)),
}


@dataclass
class Cast:
    """What the orders need to know of the people: ids, homes and abilities by community."""

    ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    community: list[int] = field(default_factory=list)
    qualifications: list[int] = field(default_factory=list)
    free_time: list[int] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    sex: list[int] = field(default_factory=list)
    born: list[date] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    keys: dict[int, tuple[UUID, bytes]] = field(default_factory=dict)
    by_community: dict[int, list[int]] = field(default_factory=dict)


def build_volunteers(rng: Generator, district: District, size: int, today: datetime, first_id: int, tick: Callable[[int], object]) -> Cast:
    """Insert `size` volunteers with their keys, tokens, credentials and consents."""
    cast = Cast()
    texts = [_text(kind, today) for kind in (ConsentKind.PRIVACY, ConsentKind.SENSITIVE, ConsentKind.SHARE)]
    papers = _Papers()
    for start in range(0, size, BATCH):
        batch = _draw(rng, district, min(BATCH, size - start), 16, 82)
        batch.update(_abilities(rng, batch))
        _write_people(batch, first_id + start, today, papers, cast, phone=lambda n: f"1991{n:07d}", residents=False)
        _write_volunteers(rng, batch, first_id + start, today, texts, cast)
        tick(len(batch["names"]))
    _group(cast, 0)
    return cast


def build_residents(rng: Generator, district: District, size: int, today: datetime, first_id: int, tick: Callable[[int], object]) -> Cast:
    """Insert `size` residents, two thirds of them over 60; one in four of the old has no telephone of their own."""
    cast = Cast()
    for start in range(0, size, BATCH):
        batch = _draw(rng, district, min(BATCH, size - start), 22, 96, old=0.68)
        _write_people(batch, first_id + start, today, None, cast, phone=lambda n: f"1992{n:07d}", residents=True)
        tick(len(batch["names"]))
    _group(cast, 0)
    return cast


def _group(cast: Cast, start: int) -> None:
    for index in range(start, len(cast.ids)):
        cast.by_community.setdefault(cast.community[index], []).append(index)


def _text(kind: str, now: datetime) -> ConsentText:
    return people_commands.publish_text(kind=kind, now=now)


def _draw(rng: Generator, district: District, size: int, youngest: int, oldest: int, old: float = 0.25) -> dict[str, Any]:
    """Who they are and where they live."""
    women = rng.random(size) < 0.62
    ages = np.where(rng.random(size) < old, rng.integers(60, oldest, size), rng.integers(youngest, 60, size))
    where = rng.choice(len(district.communities), size=size, p=district.weights)
    return {
        "names": names.people(rng, women), "women": women, "ages": ages, "where": [district.communities[i] for i in where],
        "days": rng.integers(0, 365, size), "north": rng.normal(0, 0.0028, size), "east": rng.normal(0, 0.0032, size),
        "grid": rng.integers(0, 3, size), "door": rng.integers(0, 1000, size), "flat": rng.integers(1, 9, size),
        "uids": rng.bytes(16 * size), "luck": rng.random(size), "since": rng.integers(20, 2000, size),
    }  # fmt: skip


def _abilities(rng: Generator, batch: dict[str, Any]) -> dict[str, Any]:
    size = len(batch["names"])
    skills = rng.random((size, 24)) < SKILL_SHARE
    mask = (skills * (1 << np.arange(24, dtype=np.int64))).sum(axis=1)
    holds = {kind: skills[:, bit] & (rng.random(size) < share) for kind, (bit, share) in CREDENTIALS.items()}
    for kind, held in holds.items():
        mask |= held.astype(np.int64) << (23 + kind)
    return {"mask": mask, "holds": holds, "free": _free(rng, batch["ages"], size), "speaks": _languages(rng, size)}


def _free(rng: Generator, ages: np.ndarray, size: int) -> np.ndarray:
    kinds = np.where(ages >= 58, 0, np.where(ages < 24, 2, 1))
    kinds = np.where(rng.random(size) < 0.45, 3, kinds)
    table = np.array([[*(HABITS[name][0] * 5), *(HABITS[name][1] * 2), *HABITS[name][2]] for name in HABITS])
    mask: np.ndarray = ((rng.random((size, 24)) < table[kinds]) * (1 << np.arange(24, dtype=np.int64))).sum(axis=1)
    return mask


def _languages(rng: Generator, size: int) -> np.ndarray:
    mask = np.ones(size, dtype=np.int64) | ((rng.random(size) < 0.83).astype(np.int64) << 1)
    return mask | ((rng.random(size) < 0.07).astype(np.int64) << 2) | ((rng.random(size) < 0.006).astype(np.int64) << 3)


class _Papers:
    """Identity numbers with a right check digit and a region that is not assigned (500199), never twice."""

    WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

    def __init__(self) -> None:
        self.used: dict[tuple[date, bool], int] = {}

    def number(self, born: date, woman: bool) -> str:
        count = self.used.get((born, woman), 0)
        self.used[born, woman] = count + 1
        body = f"500199{born:%Y%m%d}{count * 2 + (0 if woman else 1):03d}"
        return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, self.WEIGHTS, strict=True)) % 11]


def _born(batch: dict[str, Any], i: int, today: date) -> date:
    return date(today.year - int(batch["ages"][i]) - 1, 1, 1) + timedelta(days=int(batch["days"][i]))


def _home(batch: dict[str, Any], i: int) -> tuple[str, float, float]:
    community: Community = batch["where"][i]
    if batch["luck"][i] < 0.75:
        door, latitude, longitude = community.doors[int(batch["door"][i]) % len(community.doors)]
        return f"{door} {int(batch['flat'][i])}-{int(batch['grid'][i]) + 1}", latitude, longitude
    return f"{community.name}散居户", community.latitude + batch["north"][i], community.longitude + batch["east"][i]


def _groups(age: int, luck: float) -> list[str]:
    groups = ["old"] if age >= 60 else []
    if luck > 0.93:
        groups.append("disabled")
    if 0.88 < luck <= 0.93:
        groups.append("hardship")
    if 28 <= age <= 45 and 0.5 < luck < 0.7:
        groups.append("young")
    return groups


def _write_people(
    batch: dict[str, Any], first: int, now: datetime, papers: _Papers | None, cast: Cast, *, phone: Callable[[int], str], residents: bool
) -> None:
    people: list[tuple] = []
    keys: list[tuple] = []
    tokens: list[tuple[int, str]] = []
    for i, name in enumerate(batch["names"]):
        pk, uid, community = first + i, UUID(bytes=batch["uids"][16 * i : 16 * i + 16], version=4), batch["where"][i]
        wrapped = crypto.new_wrapped_key(str(uid))
        key = crypto.unwrap(wrapped, str(uid))
        born, woman = _born(batch, i, now.date()), bool(batch["women"][i])
        address, latitude, longitude = _home(batch, i)
        number = phone(pk)
        index = crypto.blind_index(number, "phone")
        own_phone = not (residents and batch["ages"][i] >= 70 and batch["luck"][i] < 0.25)
        paper = papers.number(born, woman) if papers else ""
        groups = _groups(int(batch["ages"][i]), float(batch["luck"][i])) if residents else []
        people.append((
            pk, "!", uid, name, 2 if woman else 1, born, index if own_phone else None, index if own_phone else "",
            crypto.seal(number, key, f"{uid}:phone") if own_phone else b"", IdKind.RESIDENT if paper else "",
            people_queries.identity_index(IdKind.RESIDENT, paper) if paper else None, crypto.seal(paper, key, f"{uid}:id") if paper else b"",
            crypto.seal(address, key, f"{uid}:address"), community.grids[int(batch["grid"][i])], community.street_id, community.id,
            latitude, longitude, groups, now - timedelta(days=int(batch["since"][i])),
        ))  # fmt: skip
        keys.append((pk, wrapped))
        tokens.extend((pk, token) for token in sorted(people_queries.person_tokens(name, number if own_phone else "")))
        _remember(cast, pk, name, community.id, (latitude, longitude), 2 if woman else 1, born, groups, address)
        if residents:
            cast.keys[pk] = (uid, key)
    bulk.insert(Person, PERSON, people)
    bulk.insert(PersonalKey, ("person_id", "wrapped"), keys)
    bulk.insert(PersonToken, ("person_id", "token"), sorted(tokens, key=lambda row: row[1]))


def _remember(cast: Cast, pk: int, name: str, community: int, place: tuple, sex: int, born: date, groups: list[str], address: str) -> None:
    cast.ids.append(pk)
    cast.names.append(name)
    cast.community.append(community)
    cast.places.append(place)
    cast.sex.append(sex)
    cast.born.append(born)
    cast.groups.append(groups)
    cast.address.append(address)


def _state(luck: float) -> str:
    if luck < 0.015:
        return VolunteerState.PENDING
    if luck < 0.045:
        return VolunteerState.PAUSED
    return VolunteerState.LEFT if luck < 0.06 else VolunteerState.ACTIVE


def _write_volunteers(rng: Generator, batch: dict[str, Any], first: int, now: datetime, texts: list[ConsentText], cast: Cast) -> None:
    size = len(batch["names"])
    reach, week = rng.choice([800, 1500, 2000, 3000, 5000], size), rng.choice([1, 2, 3, 4, 5], size, p=[0.2, 0.3, 0.3, 0.15, 0.05])
    state_luck = rng.random(size)
    rows = [
        (
            first + i, f"LJ{first + i:09d}", _state(float(state_luck[i])), batch["where"][i].street_id, batch["where"][i].id,
            int(batch["mask"][i]), int(batch["free"][i]), int(batch["speaks"][i]), int(reach[i]), int(week[i]), int(week[i]) + 3,
            now - timedelta(days=int(batch["since"][i])),
        )
        for i in range(size)
    ]  # fmt: skip
    bulk.insert(Volunteer, VOLUNTEER, rows)
    bulk.insert(Credential, CREDENTIAL, _credential_rows(batch, first, now))
    bulk.insert(Consent, CONSENT, ((row[0], text.pk, row[0], Channel.SELF, row[11]) for row in rows for text in texts))
    cast.qualifications.extend(int(value) for value in batch["mask"])
    cast.free_time.extend(int(value) if rows[i][2] == VolunteerState.ACTIVE else 0 for i, value in enumerate(batch["free"]))


def _credential_rows(batch: dict[str, Any], first: int, now: datetime) -> Iterator[tuple]:
    day = now.date()
    for kind, held in batch["holds"].items():
        for i in np.flatnonzero(held):
            start = day - timedelta(days=200 + int(batch["days"][i]))
            number = f"YS{kind:02d}{first + int(i):08d}"
            yield (first + int(i), kind, number, start, start + timedelta(days=365 * 3), CredentialState.VALID, now)
