"""A small prepared district in which every page has something to show, and the doors into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from chunshui.hours.models import Objection
from chunshui.kernel import clock
from chunshui.needs import commands
from chunshui.needs.models import FollowUp, Need, NeedPhoto
from chunshui.people import commands as people
from chunshui.people.models import Credential, IdentityPaper, Person, Relation, SignInSession
from chunshui.redemption import commands as redemption
from chunshui.redemption import queries as redemption_queries
from chunshui.redemption.models import Acceptance, MerchantMonth, OfferPhoto, Receipt
from tests.factories import areas as places
from tests.factories import entries, hours, notices, proofs, teams, vouchers
from tests.factories import needs as make
from tests.factories import people as cast
from tests.factories import redemption as shops


@dataclass
class World:
    people: dict[str, Person]
    needs: dict[str, Need]
    ids: dict[str, Any]


def soon(hours_ahead: int = 26) -> dict[str, Any]:
    """A window by the real clock, since pages read it."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours_ahead)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2), "due_at": timezone.now() + timedelta(hours=3)}


def picture() -> ContentFile:
    from io import BytesIO

    buffer = BytesIO()
    Image.new("RGB", (40, 40), "white").save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), "photo.jpg")


def build() -> World:
    district = places.area(name="两江新区")
    street = places.area(district, "五里店街道")
    community = places.area(street, "黎明社区")
    places.area(community, "第一网格")
    places.door(community)
    for code, name, icon in (("escort", "陪同就医", "hospital"), ("errand", "代买代取", "basket"), ("haircut", "上门理发", "scissors")):
        make.service(code, name=name, icon=icon, gender_wish=True)
    persons = {
        "resident": cast.person(community, "周桂芳", focus_groups=["old"]),
        "volunteer": cast.volunteer(community, "何素芬"),
        "second": cast.volunteer(community, "陈晓雨"),
        "pending": cast.volunteer(community, "新来的", state="pending"),
        "staff": cast.staff(community, name="周敏"),
        "street": cast.staff(street, "street_official", "李明远"),
        "district": cast.staff(district, "district_official", "赵正"),
        "child": cast.person(community, "周小满"),
    }
    needs, offer, place = _needs(persons)
    ids = _rest(persons, needs, community)
    ids |= {"offer_id": offer.pk, "assignment_id": place.pk, "need_id": needs["waiting"].pk, "area_id": community.pk, "step": 1}
    ids |= {"kept_id": persons["resident"].pk, "gone_id": persons["pending"].pk}
    ids |= _stars_and_proofs(persons)
    return World(persons, needs, ids)


def _stars_and_proofs(persons: dict[str, Person]) -> dict[str, int]:
    """A star in publicity with an objection, a five-star volunteer, a privilege, a proof that waits and one that is issued."""
    now, helper, second = timezone.now(), persons["volunteer"], persons["second"]
    star = proofs.star(second, 1, state="published", published_at=now, publicity_until=now + timedelta(days=7), reviewed_by=persons["district"])
    row = Objection.objects.create(star=star, by=persons["resident"], words="那天不在", at=now)
    proofs.star(helper, 5, state="granted", decided_at=now)
    privilege = proofs.privilege(persons["district"], 5)
    issued = proofs.issued(second, persons["staff"], language="both", now=now)
    proofs.asked(helper, hour=6)
    return {"star_id": star.pk, "privilege_id": privilege.pk, "proof_id": issued.pk, "objection_id": row.pk}


def _needs(persons: dict[str, Person]) -> tuple[dict[str, Need], Any, Any]:
    resident, helper = persons["resident"], persons["volunteer"]
    needs = {state: make.need(resident, state=state, details="膝盖换过关节，下楼要人扶。", dangers=["stairs"], **soon(26 + n * 3)) for n, state in enumerate(
        ("submitted", "returned", "waiting", "offered", "accepted", "delivered", "rated", "cancelled"))}  # fmt: skip
    for need in needs.values():
        commands.write_tokens(need)
    offer = make.offer(needs["offered"], helper, sent_at=timezone.now(), answer_by=timezone.now() + timedelta(hours=1))
    Need.objects.filter(pk=needs["accepted"].pk).update(places_filled=1, staffed_at=timezone.now())
    times = {"planned_from": needs["accepted"].wish_from, "planned_until": needs["accepted"].wish_until, "made_at": timezone.now()}
    place = make.assignment(needs["accepted"], helper, **times)
    make.assignment(needs["rated"], helper, state="done", minutes=60, **times)
    NeedPhoto.objects.create(need=needs["waiting"], by=resident, at=timezone.now(), image=picture())
    return needs, offer, place


def _rest(persons: dict[str, Person], needs: dict[str, Need], community: Any) -> dict[str, Any]:
    now, helper, resident = timezone.now(), persons["volunteer"], persons["resident"]
    poor = FollowUp.objects.create(need=needs["rated"], kind="poor", words="来晚了", opened_at=now, due_at=now + timedelta(days=2))
    relation = Relation.objects.create(person=resident, helper=helper, kind="family", agreed_at=now)
    credential = Credential.objects.create(person=helper, kind=1, valid_from=now.date(), at=now)
    paper = IdentityPaper.objects.create(person=persons["pending"], image=picture(), at=now)
    token, _plain = people.make_token(actor=helper, name="测试", scopes=["read"], days=30, now=now)
    session = SignInSession.objects.create(person=helper, session_key="x", device="Chromium", address="127.0.0.1", at=now)
    team = teams.team(community)
    teams.member(team, helper, is_leader=True)
    make.offer(needs["offered"], persons["second"], source="team", team_id=team.pk, sent_at=now, answer_by=now + timedelta(hours=1))
    message = notices.message(helper)
    record = hours.record(helper)
    entry = entries.entry(persons["second"], helper, area=community, now=now, hour=1)
    appeal = entries.appeal(helper, now=now - timedelta(hours=6))
    public = entries.entry(persons["staff"], persons["second"], state="published", now=now, hour=2)
    more = {"opened_by": resident, "words": "那天他不在", "opened_at": now}
    case = entries.case(public.lines.get(), **more)
    bar = entries.sanction(case, helper, by=persons["district"], now=now)
    photo = NeedPhoto.objects.get()
    return _shops(persons, community) | {
        "follow_up_id": poor.pk, "relation_id": relation.pk, "credential_id": credential.pk, "paper_id": paper.pk, "token_id": token.pk,
        "session_id": session.pk, "team_id": team.pk, "message_id": message.pk, "photo_id": photo.pk, "person_id": helper.pk,
        "entry_id": entry.pk, "line_id": public.lines.get().pk, "case_id": case.pk, "appeal_id": appeal.pk, "record_id": record.pk, "sanction_id": bar.pk,
    }  # fmt: skip


def _shops(persons: dict[str, Person], community: Any) -> dict[str, Any]:
    """An open shop with what it offers, one that waits for review, and an invitation to the counter."""
    now, owner = timezone.now(), persons["volunteer"]
    shop = shops.merchant(community, owner, name="老码头小面", introduction="三十年的老面馆。")
    Acceptance.objects.create(merchant=shop, version=1, fingerprint="x", by=owner, at=now)
    offer = shops.offer(shop, discount="平时 9 元", worth_fen=900, starts_on=now.date())
    OfferPhoto.objects.create(offer=offer, image=picture(), at=now)
    shops.merchant(community, persons["resident"], name="春风理发", kind="hair", state="pending", opened_at=None)
    clerk = shops.clerk(shop, persons["second"], "二号柜台")
    invitation = redemption.invite_clerk(actor=owner, merchant_id=shop.pk, counter="三号柜台", now=now)
    entry = shops.entry(community, kind="give_back", merchant=shop, party=shop.name, state="booked", decided_at=now)
    shops.entry(community, kind="spending", party="面粉店", words="重阳节长寿面", entered_by=owner)
    receipt = Receipt.objects.create(entry=entry, image=picture(), at=now)
    MerchantMonth.objects.create(merchant=shop, month=clock.month_start(now), customers=3, settled=4, points=80, given_fen=10_000)
    found = {"merchant_id": shop.pk, "shop_offer_id": offer.pk, "clerk_id": clerk.pk, "invitation": invitation}
    found |= _vouchers(persons, offer, owner)
    return found | {"fund_entry_id": entry.pk, "receipt_id": receipt.pk}


def _vouchers(persons: dict[str, Person], offer: Any, clerk: Person) -> dict[str, Any]:
    """A code that is good right now, a voucher that was redeemed and is disputed, a household with an invitation, a circle that turned."""
    now, helper, second = timezone.now(), persons["volunteer"], persons["second"]
    for who in (helper, second):
        vouchers.earn(who, 60, at=now)
    good, used = (vouchers.held(who, offer, now) for who in (helper, second))
    redemption.settle_code(actor=clerk, code=redemption_queries.code_of(used), now=now)
    dispute = redemption.open_dispute(actor=second, voucher_id=used.pk, words="没拿到小面", now=now)
    place = redemption.invite_to_household(actor=second, number=helper.volunteer.number, now=now)
    redemption.count_in_circle(area_id=offer.merchant.area_id, at=now, minutes=720, services=6, issued=120, redeemed=40, vouchers=2, customers=2)
    return {"voucher_id": good.pk, "settled_id": used.pk, "dispute_id": dispute.pk, "place_id": place.pk}
