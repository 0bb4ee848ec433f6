"""Merchants of the model community and around, what they offer, and what they give back: made through the product's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from chunshui.kernel import clock
from chunshui.people import queries as people
from chunshui.people.models import Person, Role
from chunshui.redemption import commands
from chunshui.redemption.models import Merchant
from chunshui.redemption.states import KIND_ICONS, MerchantKind
from chunshui.teams.states import CODE_LETTERS
from demo.geography import Community, District
from demo.people import Cast

#: name, kind, address, share of profit in thousandths, what it gives back a month in fen, offers: title, points, discount, usual price in fen, stock
SHOPS: list[tuple[str, str, str, int, int, list[tuple[str, int, str, int, int]]]] = [
    (
        "老码头小面",
        "food",
        "莺花巷 3 号",
        50,
        28_650,
        [("小面一碗", 20, "平时 9 元，邻居不要钱", 900, 60), ("豆花饭套餐", 35, "平时 16 元", 1600, 30)],
    ),
    ("黎明鲜果", "grocery", "黎明路 18 号", 30, 15_200, [("时令水果一份", 25, "平时 12 元", 1200, 40)]),
    ("春风理发", "hair", "莺花巷 21 号", 80, 32_000, [("剪发一次", 40, "平时 20 元", 2000, 25), ("老人上门理发", 30, "70 岁以上", 2000, 10)]),
    ("麦香糕点", "bakery", "黎明路 5 号", 0, 0, [("蛋糕卷一个", 15, "平时 7 元", 700, 50)]),
    ("康宁药房", "health", "五福街 9 号", 20, 10_880, [("血压血糖测一次", 5, "天天免费", 0, 200), ("棉签创可贴包", 10, "平时 6 元", 600, 80)]),
    ("老周修鞋配钥匙", "repair", "莺花巷 40 号", 100, 6_505, [("修鞋跟一双", 20, "平时 10 元", 1000, 30)]),
    ("知行书店", "books", "黎明路 66 号", 50, 18_800, [("绘本借一月", 10, "押金也免", 500, 40), ("笔记本一个", 12, "平时 8 元", 800, 60)]),
    ("邻里羽毛球馆", "sport", "五福街 30 号", 40, 45_000, [("打球一小时", 50, "平时 30 元", 3000, 20)]),
    ("嘉陵火锅", "food", "人和大道 120 号", 30, 52_040, [("鸳鸯锅底一份", 80, "平时 48 元", 4800, 15)]),
    ("巴渝甜水面", "food", "人和大道 88 号", 0, 0, [("甜水面一碗", 18, "平时 8 元", 800, 40)]),
    ("家美保洁", "repair", "金开路 12 号", 50, 12_000, [("擦玻璃一小时", 60, "平时 40 元", 4000, 12)]),
    ("云上咖啡", "bakery", "金开路 3 号", 20, 8_888, [("美式一杯", 30, "平时 18 元", 1800, 40)]),
]
AT_HOME, OWNERS_ACCOUNT, FAR = 8, "周晓琳", 0.0035
SPENDINGS = [("面粉店", 12_600, "重阳节给独居老人送长寿面"), ("社区文具店", 8_950, "“益起来”小朋友画展的画纸")]
COLOURS = ("#C9101C", "#1F6F8B", "#2E7D4F", "#B7791F", "#4A4E69")


def credit_code(number: int) -> str:
    """An invented sole trader's code (GB 32100) with a right check character."""
    body = f"92500103MA{number:07d}"
    total = sum(CODE_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + CODE_LETTERS[-total % 31]


def build(
    district: District, most: int, residents: Cast, ids: dict[str, int], desks: dict[Any, int], now: datetime, tick: Callable[[int], object]
) -> None:
    """The first `most` of a dozen merchants, eight of them in the model community; a last one waits for its review."""
    others = [community for community in district.communities if not community.is_model][: len(SHOPS) - AT_HOME] or [district.model]
    for number, told in enumerate(SHOPS[:most]):
        community = district.model if number < AT_HOME else others[(number - AT_HOME) % len(others)]
        owner = ids[OWNERS_ACCOUNT] if number == 0 else _owner(residents, community, number)
        opened = now - timedelta(days=150 - 11 * number)
        _shop(number, told, community, owner, desks[community.id], opened, now)
        tick(1)
    _spend(district.model, ids["周敏"], ids["李明远"], now)
    waiting = Person.objects.get(pk=_owner(residents, district.model, len(SHOPS)))
    _applied(len(SHOPS), "晨光文印", "books", "黎明路 70 号", district.model, waiting, now - timedelta(days=1))
    commands.rank_merchants(now=now)


def _shop(number: int, told: tuple, community: Community, owner_id: int, worker_id: int, opened: datetime, now: datetime) -> None:
    name, kind, address, share, monthly, offers = told
    owner, worker = Person.objects.get(pk=owner_id), _staff(worker_id)
    shop = _applied(number, name, kind, address, community, owner, opened - timedelta(days=4))
    commands.review_merchant(actor=worker, merchant_id=shop.pk, approve=True, now=opened - timedelta(days=1))
    commands.accept_agreement(actor=owner, merchant_id=shop.pk, version=1, agree=True, now=opened)
    for title, points, discount, worth, stock in offers:
        made = commands.make_offer(
            actor=owner, merchant_id=shop.pk, title=title, points=points, discount=discount, worth_fen=worth, stock=stock, per_person=2,
            photos=[drawn(kind, number)], now=opened,
        )  # fmt: skip
        commands.publish_offer(actor=owner, offer_id=made.pk, now=opened)
    if share:
        commands.pledge_share(actor=owner, merchant_id=shop.pk, permille=share, words="取之于邻，用之于邻", now=opened)
    for months in (2, 1):
        if monthly:
            _give(shop, owner, worker, monthly + 137 * months, _month(now, months), now - timedelta(days=30 * months - 3))


def _applied(number: int, name: str, kind: str, address: str, community: Community, owner: Person, at: datetime) -> Merchant:
    step = number % 4 - 1.5, number // 4 % 3 - 1
    return commands.apply_merchant(
        actor=owner, area_id=community.id, name=name, kind=kind, credit_code=credit_code(number + 1), address=address, phone=f"0236700{number:04d}",
        manager=owner.name, opening="每天 8:00–20:30", introduction=f"{name}在{community.name}开了很多年，街坊都认得。",
        latitude=community.latitude + FAR * step[1] / 2, longitude=community.longitude + FAR * step[0] / 2, pledge=True, now=at,
    )  # fmt: skip


def _give(shop: Merchant, owner: Person, worker: Person, fen: int, month: date, at: datetime) -> None:
    entry = commands.give_back(
        actor=owner, merchant_id=shop.pk, fen=fen, month=month, words=f"{month.month} 月利润的一份", receipts=[receipt(shop.name, fen)], now=at
    )
    commands.confirm_entry(actor=worker, entry_id=entry.pk, now=at + timedelta(days=1))


def _spend(community: Community, worker_id: int, official_id: int, now: datetime) -> None:
    for number, (party, fen, words) in enumerate(SPENDINGS):
        at = now - timedelta(days=9 - 3 * number)
        entry = commands.declare_entry(
            actor=_staff(worker_id), area_id=community.id, kind="spending", fen=fen, month=_month(now, 0), party=party, words=words,
            receipts=[receipt(party, fen)], now=at,
        )  # fmt: skip
        commands.confirm_entry(actor=_staff(official_id), entry_id=entry.pk, now=at + timedelta(days=1))


def _staff(person_id: int) -> Person:
    role = Role.objects.select_related("area", "person").filter(person_id=person_id, ended_at=None).order_by("id")[0]
    person: Person = role.person
    person.acting = people.acting_in(role, verified=True)
    return person


def _owner(residents: Cast, community: Community, number: int) -> int:
    near = residents.by_community.get(community.id) or list(range(len(residents.ids)))
    return residents.ids[near[number * 7 % len(near)]]


def _month(now: datetime, back: int) -> date:
    return (clock.month_start(now) - timedelta(days=28 * back)).replace(day=1)


def drawn(kind: str, number: int) -> BytesIO:
    """A drawn picture of what a shop offers: its sign on a coloured ground."""
    image = Image.new("RGB", (640, 480), COLOURS[number % len(COLOURS)])
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 60, 520, 460), fill="#FFF6EC")
    shape = list(KIND_ICONS).index(MerchantKind(kind))
    if shape in (0, 2):
        draw.chord((200, 160, 440, 400), 0, 180, fill=COLOURS[(number + 2) % 5])
        for steam in range(3):
            draw.line((270 + 50 * steam, 150, 260 + 50 * steam, 240), fill="#B9A79A", width=10)
    elif shape in (1, 4):
        for fruit in range(3):
            draw.ellipse((200 + 80 * fruit, 220 - 30 * (fruit == 1), 290 + 80 * fruit, 310 - 30 * (fruit == 1)), fill=COLOURS[(number + fruit) % 5])
    else:
        draw.rounded_rectangle((220, 170, 420, 350), 24, fill=COLOURS[(number + 3) % 5])
        draw.line((240, 330, 400, 190), fill="#FFF6EC", width=18)
    return _saved(image)


def receipt(party: str, fen: int) -> BytesIO:
    """A drawn receipt: lines and a seal; the amount as a bar code of its digits. No real paper."""
    image = Image.new("RGB", (480, 640), "#FFFDF8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 460, 620), outline="#8A8079", width=3)
    for line in range(6):
        draw.line((60, 120 + 60 * line, 420 - 20 * (len(party) % 4) * (line % 2), 120 + 60 * line), fill="#C9BFB6", width=6)
    draw.text((60, 60), f"CNY {fen / 100:,.2f}", fill="#1E1A1A")
    for place, digit in enumerate(str(fen)):
        draw.rectangle((60 + 30 * place, 500, 66 + 30 * place + 2 * int(digit), 570), fill="#1E1A1A")
    draw.ellipse((300, 440, 430, 570), outline="#C9101C", width=8)
    return _saved(image)


def _saved(image: Image.Image) -> BytesIO:
    out = BytesIO()
    image.thumbnail((360, 360))
    image.save(out, "PNG", compress_level=1)
    out.seek(0)
    return out
