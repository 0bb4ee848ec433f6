"""Who works where: a worker for each community, an official for each street, and one demo account per role.

Demo accounts have telephone numbers from 19900000001 on, the password below, and a fixed second factor.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice
from numpy.random import Generator

from chunshui.kernel import crypto, search
from chunshui.people.models import Consent, ConsentText, Credential, Person, PersonalKey, PersonToken, Relation, Role, Volunteer
from chunshui.people.states import Channel, ConsentKind, CredentialState, RelationKind, RoleKind, VolunteerState
from chunshui.teams.models import Membership, Team
from chunshui.teams.states import MemberState
from demo import bulk, names
from demo.geography import Community, District
from demo.people import PERSON, Cast

PASSWORD = "chunshui-demo"  # noqa: S105  printed by `make run`
TOTP_KEY = "3132333435363738393031323334353637383930"
#: name, sex, born, role (None: a resident; volunteer: a volunteer), where: c community, s street, d district
ACCOUNTS = [
    ("周桂芳", 2, date(1948, 4, 12), None, "c"),
    ("周晓琳", 2, date(1975, 9, 3), None, "c"),
    ("何素芬", 2, date(1966, 2, 20), "volunteer", "c"),
    ("陈晓雨", 2, date(2003, 7, 8), "volunteer", "c"),
    ("罗建国", 1, date(1960, 11, 30), "leader", "c"),
    ("王敏", 2, date(1988, 6, 1), RoleKind.GRID_WORKER, "c"),
    ("周敏", 2, date(1985, 3, 15), RoleKind.COMMUNITY_WORKER, "c"),
    ("李明远", 1, date(1979, 8, 22), RoleKind.STREET_OFFICIAL, "s"),
    ("赵正", 1, date(1972, 1, 9), RoleKind.DISTRICT_OFFICIAL, "d"),
    ("系统运维", 0, date(1990, 1, 1), RoleKind.OPERATOR, "d"),
]
ROLE = ("person_id", "kind", "area_id", "granted_at")


def phone(number: int) -> str:
    return f"1990{number:07d}"


def _row(pk: int, name: str, sex: int, born: date, number: str, community: Community, address: str, now: datetime, uid: UUID, password: str) -> tuple:
    wrapped = crypto.new_wrapped_key(str(uid))
    key = crypto.unwrap(wrapped, str(uid))
    index = crypto.blind_index(number, "phone")
    row = (
        pk, password, uid, name, sex, born, index, index, crypto.seal(number, key, f"{uid}:phone"), "", None, b"",
        crypto.seal(address, key, f"{uid}:address"), community.grids[0], community.street_id, community.id, community.latitude + 0.0006,
        community.longitude + 0.0009, ["old"] if now.year - born.year >= 60 else [], now,
    )  # fmt: skip
    return row, (pk, wrapped), key


def _insert(rows: list[tuple], keys: list[tuple]) -> None:
    bulk.insert(Person, PERSON, rows)
    bulk.insert(PersonalKey, ("person_id", "wrapped"), keys)
    tokens = [(row[0], token) for row in rows for token in sorted(search.index_tokens(row[3]))]
    bulk.insert(PersonToken, ("person_id", "token"), tokens)


def build_workers(rng: Generator, district: District, now: datetime, first_id: int) -> dict:
    """One community worker for each community, one official for each street; keys: community id, ("street", street id)."""
    desks: dict = {}
    people = names.people(rng, rng.random(len(district.communities) + len(district.streets)) < 0.6)
    rows, keys, roles = [], [], []
    posts: list[tuple] = [(c.id, c.id, RoleKind.COMMUNITY_WORKER, c) for c in district.communities]
    first = {c.street_id: c for c in reversed(district.communities)}
    posts += [(("street", pk), pk, RoleKind.STREET_OFFICIAL, first[pk]) for pk, _name in district.streets]
    for offset, (post, area, kind, community) in enumerate(posts):
        pk, uid = first_id + offset, UUID(bytes=rng.bytes(16), version=4)
        row, key, _ = _row(pk, people[offset], 2, date(1985, 5, 5), f"1993{pk:07d}", community, community.name, now, uid, "!")
        rows.append(row)
        keys.append(key)
        roles.append((pk, kind, area, now))
        desks[post] = pk
    _insert(rows, keys)
    bulk.insert(Role, ROLE, roles)
    return desks


def build_accounts(rng: Generator, district: District, now: datetime, first_id: int, desks: dict, residents: Cast) -> dict[str, int]:
    """The accounts of the sign-in page; returns name → person id. The model community's desk is theirs."""
    home = district.model
    hashed = make_password(PASSWORD)
    rows, keys, roles, ids = [], [], [], {}
    for offset, (name, sex, born, kind, where) in enumerate(ACCOUNTS):
        pk, uid = first_id + offset, UUID(bytes=rng.bytes(16), version=4)
        address = "莺花巷 27 号 3 单元 5-2" if offset < 2 else "黎明路 11 号 2-1"
        row, key, opened = _row(pk, name, sex, born, phone(offset + 1), home, address, now, uid, hashed)
        rows.append(row)
        keys.append(key)
        ids[name] = pk
        if kind in RoleKind.values and kind not in ("volunteer", "leader"):
            roles.append((pk, kind, {"c": home.id, "s": home.street_id, "d": district.id}[where], now))
        if offset == 0:
            _join_residents(residents, row, home, uid, opened, address)
    _insert(rows, keys)
    bulk.insert(Role, ROLE, roles)
    desks[home.id], desks["street", home.street_id] = ids["周敏"], ids["李明远"]
    Relation.objects.create(person_id=ids["周桂芳"], helper_id=ids["周晓琳"], kind=RelationKind.FAMILY, agreed_at=now)
    for name in ("王敏", "周敏", "李明远", "赵正", "系统运维"):
        TOTPDevice.objects.create(user_id=ids[name], name="demo", key=TOTP_KEY, confirmed=True)
    return ids


def _join_residents(residents: Cast, row: tuple, home: Community, uid: UUID, key: bytes, address: str) -> None:
    residents.by_community.setdefault(home.id, []).append(len(residents.ids))
    residents.ids.append(row[0])
    residents.names.append(row[3])
    residents.community.append(home.id)
    residents.places.append((row[16], row[17]))
    residents.sex.append(row[4])
    residents.born.append(row[5])
    residents.groups.append(["old"])
    residents.address.append(address)
    residents.keys[row[0]] = (uid, key)


def build_volunteer_accounts(district: District, now: datetime, ids: dict[str, int], volunteers: Cast) -> None:
    """何素芬, 陈晓雨 and 罗建国 are volunteers; 罗建国 leads a team of the model community."""
    home = district.model
    skilled = {"何素芬": (2, 7, 12), "陈晓雨": (2, 15, 5), "罗建国": (10, 11, 14)}
    for name, skills in skilled.items():
        mask = sum(1 << (skill - 1) for skill in skills) | (1 << 24 | 1 << 25 if name != "罗建国" else 1 << 28)
        Volunteer.objects.create(
            person_id=ids[name], number=f"LJ{ids[name]:09d}", state=VolunteerState.ACTIVE, street_id=home.street_id, community_id=home.id,
            qualifications=mask, free_time=(1 << 24) - 1, languages=3, reach_metres=3000, week_limit=6, offers_a_week=12, registered_at=now,
        )  # fmt: skip
        for kind in [bit - 23 for bit in range(24, 36) if mask >> bit & 1]:
            Credential.objects.create(
                person_id=ids[name], kind=kind, number=f"YS{kind:02d}{ids[name]:08d}", valid_from=now.date(), state=CredentialState.VALID, at=now
            )
        for consent in (ConsentKind.PRIVACY, ConsentKind.SHARE):
            text = ConsentText.objects.filter(kind=consent).order_by("-version").first()
            if text is not None:
                Consent.objects.create(person_id=ids[name], text=text, given_by_id=ids[name], channel=Channel.SELF, given_at=now)
        _join_volunteers(volunteers, ids[name], name, home, mask)
    team = Team.objects.filter(community_id=home.id, is_standing=True).order_by("id").first() or Team.objects.order_by("id").first()
    if team is not None:
        Membership.objects.filter(team=team, is_leader=True).update(is_leader=False)
        for name in skilled:
            Membership.objects.create(team=team, person_id=ids[name], state=MemberState.MEMBER, is_leader=name == "罗建国", is_on_call=True, at=now)
        Team.objects.filter(pk=team.pk).update(members_count=Membership.objects.filter(team=team, state=MemberState.MEMBER).count())


def _join_volunteers(cast: Cast, pk: int, name: str, home: Community, mask: int) -> None:
    cast.by_community.setdefault(home.id, []).append(len(cast.ids))
    cast.ids.append(pk)
    cast.names.append(name)
    cast.community.append(home.id)
    cast.qualifications.append(mask)
    cast.free_time.append((1 << 24) - 1)
    cast.places.append((home.latitude + 0.0012, home.longitude - 0.002))
    cast.sex.append(1 if name == "罗建国" else 2)
    cast.born.append(date(1966, 2, 20))
    cast.groups.append([])
    cast.address.append("黎明路 11 号 2-1")
