"""The whole district in one transaction, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import numpy as np
from numpy.random import Generator
from tqdm import tqdm

from chunshui.areas.models import Area, Place
from chunshui.hours.models import Record
from chunshui.needs import commands as needs
from chunshui.needs.models import Need, Offer
from chunshui.people.models import Person
from chunshui.teams.models import Team
from demo import accounts, bulk, geography, hours, orders, people, redeeming, services, shops, staged, stars, teams, value, write
from demo.scales import Scale

Bars = Callable[[str, int], AbstractContextManager[Callable[[int], object]]]


def load(scale: Scale, seed: int, now: datetime, *, quiet: bool = False) -> list[hours.Planted]:
    """Generate and insert the district of this seed as it stands at `now`; the same arguments give the same district.

    What was planted in the hours is returned.
    """
    rng, now = np.random.default_rng(seed), now.replace(second=0, microsecond=0)
    bar = _bars(quiet)
    district = geography.build(rng, scale)
    menu = services.build()
    volunteers, residents, next_id = _people(rng, district, scale, now, bar)
    desks = accounts.build_workers(rng, district, now, next_id)
    ids = accounts.build_accounts(rng, district, now, next_id + len(desks), desks, residents)
    with bar("队伍 teams", scale.standing + scale.organisations + scale.groups) as tick:
        teams.build(rng, district, scale, volunteers, now, 1, tick)
    bulk.reset_sequences([Area, Place, Person, Team])
    accounts.build_volunteer_accounts(district, now, ids, volunteers)
    life = orders.Life(rng, district, menu, volunteers, residents, now)
    life.workers = desks
    known = staged.known_pair(life, ids)  # first, so that the rest finds these two busy
    with bar("一个月的单 orders", scale.orders) as tick:
        stories = orders.build(life, scale.orders, tick)
    stories = sorted(known + stories + staged.build(life, ids), key=lambda story: story.row["placed_at"])
    planted = _lived(life, stories, residents, ids, now)
    bulk.reset_sequences([Need, Offer])
    needs.rebuild_tally()
    with bar("商家 merchants", scale.shops) as tick:
        shops.build(district, scale.shops, residents, ids, desks, now, tick)
        redeeming.build(district, ids["何素芬"], now)
    return planted


def _lived(life: orders.Life, stories: list[orders.Story], residents: people.Cast, ids: dict[str, int], now: datetime) -> list[hours.Planted]:
    """Years of service, the month of orders, their minutes on the ledger, and the stars that they carry."""
    stars.earlier(ids, now)
    write.write(stories, residents, life.serial, 1)
    bulk.reset_sequences([Record])
    planted = hours.plant(life.rng, now)
    value.write()
    hours.entries(life.rng, now)
    stars.build(ids, now)
    return planted


def _people(rng: Generator, district: geography.District, scale: Scale, now: datetime, bar: Bars) -> tuple[people.Cast, people.Cast, int]:
    first = 1 + (Person.objects.order_by("-id").values_list("id", flat=True).first() or 0)
    with bar("志愿者 volunteers", scale.volunteers) as tick:
        volunteers = people.build_volunteers(rng, district, scale.volunteers, now, first, tick)
    with bar("居民 residents", scale.residents) as tick:
        residents = people.build_residents(rng, district, scale.residents, now, first + scale.volunteers, tick)
    return volunteers, residents, first + scale.volunteers + scale.residents


def _bars(quiet: bool) -> Bars:
    @contextmanager
    def bar(label: str, total: int) -> Iterator[Callable[[int], object]]:
        with tqdm(total=total, desc=label, unit="", disable=quiet, mininterval=0.3) as shown:
            yield shown.update

    return bar
