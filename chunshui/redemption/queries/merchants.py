"""Reads of merchants: getters, the public list, a shop's page, its people, the review queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Count, Q, Sum

from chunshui.areas import queries as areas
from chunshui.kernel import clock, paging, search
from chunshui.kernel.errors import NotFound
from chunshui.redemption import policies
from chunshui.redemption.models import Acceptance, Clerk, ClerkRows, Merchant, MerchantMonth, MerchantRows, MerchantToken, Offer, Pledge
from chunshui.redemption.states import (
    KIND_ICONS,
    Agreement,
    MerchantKind,
    MerchantState,
    OfferState,
    agreement_on,
    yuan,
)

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SIZE = 30
MOST_PINS = 200
INVITING = "redemption.clerk"


@dataclass(frozen=True)
class MerchantFilters:
    kind: str = ""
    badge: str = ""
    text: str = ""
    state: str = ""


@dataclass(frozen=True)
class MerchantPage:
    """A shop as the person who looks may see it. `agreement` is the version that waits to be accepted, if one does."""

    merchant: Merchant
    icon: str
    is_mine: bool
    is_owner: bool
    can_change: bool
    can_review: bool
    can_suspend: bool
    can_leave: bool
    can_make_offer: bool
    agreement: Agreement | None
    accepted: Acceptance | None
    pledge: Pledge | None
    given: str


@dataclass(frozen=True)
class Invitation:
    """What a clerk's invitation says: to which shop, to which counter, and until when."""

    merchant: Merchant
    counter: str
    until: datetime


def visible_merchant(actor: Person, merchant_id: int, *, lock: bool = False) -> Merchant:
    """The one way to reach a merchant; missing and hidden look the same."""
    rows = Merchant.objects.select_for_update(of=("self",)) if lock else Merchant.objects.all()
    merchant = rows.select_related("area", "community", "street").filter(pk=merchant_id).first()
    if merchant is None or not policies.can_view_merchant(actor, merchant):
        raise NotFound
    return merchant


def own_merchant(actor: Person, merchant_id: int, *, lock: bool = False) -> Merchant:
    """A merchant for whom the actor acts; everybody else finds nothing."""
    merchant = visible_merchant(actor, merchant_id, lock=lock)
    if clerk_of(actor, merchant) is None:
        raise NotFound
    return merchant


def clerk_of(actor: Person, merchant: Merchant) -> Clerk | None:
    """The actor's place in the shop, if there is one."""
    return Clerk.objects.current().filter(merchant=merchant, person_id=actor.pk).first() if actor.pk else None


def clerkships_of(person_id: int) -> ClerkRows:
    """The shops for which a person acts."""
    return Clerk.objects.current().filter(person_id=person_id).select_related("merchant__area", "merchant__community").order_by("-is_owner", "id")


def acts_for_a_merchant(person: Person) -> bool:
    return person.pk is not None and Clerk.objects.current().filter(person_id=person.pk).exists()


def clerks_of(merchant: Merchant) -> list[Clerk]:
    return list(Clerk.objects.current().filter(merchant=merchant).select_related("person").order_by("-is_owner", "id")[:200])


def owners_told_of(merchant_id: int) -> list[Person]:
    rows = Clerk.objects.current().filter(merchant_id=merchant_id, is_owner=True, person__erased_at=None).select_related("person")
    return [row.person for row in rows.order_by("id")]


def merchant_told_of(merchant_id: int) -> Merchant:
    """A merchant for whoever tells people about it; not for pages."""
    return Merchant.objects.select_related("area", "applied_by").get(pk=merchant_id)


def visible_clerk(actor: Person, clerk_id: int, *, lock: bool = False) -> Clerk:
    rows = Clerk.objects.select_for_update(of=("self",)) if lock else Clerk.objects.all()
    clerk = rows.select_related("merchant__area", "person").filter(pk=clerk_id, ended_at=None).first()
    if clerk is None or not policies.can_end_clerk(actor, clerk):
        raise NotFound
    return clerk


def merchant_with_code(credit_code: str, *, but: int = 0) -> Merchant | None:
    """The merchant that holds a credit code now."""
    held = Q(state=MerchantState.REFUSED) | Q(state=MerchantState.LEFT)
    return Merchant.objects.filter(credit_code=credit_code).exclude(held).exclude(pk=but).first()


def within(rows: MerchantRows, area: Area | None) -> MerchantRows:
    if area is None:
        return rows
    line = areas.lineage(area)
    if line.community_id:
        return rows.filter(community_id=line.community_id)
    return rows.filter(street_id=line.street_id) if line.street_id else rows


def narrowed(rows: MerchantRows, filters: MerchantFilters) -> MerchantRows:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.badge:
        rows = rows.filter(badge=filters.badge)
    if filters.text.strip() and not search.is_searchable(filters.text):
        return rows.none()
    for token in sorted(search.bigrams(filters.text)):
        rows = rows.filter(pk__in=MerchantToken.objects.filter(token=token).values("merchant_id"))
    return rows.select_related("community", "street", "area")


def with_offers(rows: MerchantRows, day: date) -> MerchantRows:
    """Each with how many offers it has now."""
    now = Q(offers__state=OfferState.PUBLISHED, offers__starts_on__lte=day) & (Q(offers__ends_on=None) | Q(offers__ends_on__gte=day))
    return rows.annotate(offers_count=Count("offers", filter=now))


def find_merchants(
    area: Area | None, filters: MerchantFilters | None = None, *, now: datetime, cursor: str = "", size: int = SIZE
) -> paging.Page[Merchant]:
    """Open merchants of an area in the order that the page explains: exposure, then the newest."""
    rows = narrowed(within(Merchant.objects.active(), area), filters or MerchantFilters())
    return paging.page(with_offers(rows, clock.today(now)), ["-exposure", "-id"], cursor, size)


def merchants_of_staff(
    actor: Person, area: Area, filters: MerchantFilters | None = None, cursor: str = "", size: int = SIZE
) -> paging.Page[Merchant]:
    """Every merchant of the area in which the staff act, in any state."""
    return paging.page(staff_rows(actor, area, filters or MerchantFilters()), ["-id"], cursor, size)


def merchants_to_export(actor: Person, area: Area, filters: MerchantFilters) -> Iterator[Merchant]:
    return staff_rows(actor, area, filters).order_by("id").iterator(chunk_size=500)


def staff_rows(actor: Person, area: Area, filters: MerchantFilters) -> MerchantRows:
    if not actor.acting.reaches(area.path):
        raise NotFound
    rows = narrowed(within(Merchant.objects.all(), area), filters)
    return rows.filter(state=filters.state) if filters.state else rows


def waiting_count(actor: Person, area: Area) -> int:
    return staff_rows(actor, area, MerchantFilters(state=MerchantState.PENDING)).count()


def pins(area: Area | None, filters: MerchantFilters) -> list[dict[str, Any]]:
    """Open merchants as the map shows them; the list beside it says the same."""
    rows = narrowed(within(Merchant.objects.active(), area), filters).order_by("-exposure", "-id")[:MOST_PINS]
    return [{"id": row.pk, "name": row.name, "at": [row.latitude, row.longitude], "kind": str(row.get_kind_display())} for row in rows]


def merchant_page(actor: Person, merchant_id: int, now: datetime) -> MerchantPage:
    merchant = visible_merchant(actor, merchant_id)
    clerk = clerk_of(actor, merchant)
    accepted = Acceptance.objects.filter(merchant=merchant).order_by("-version").first()
    due = agreement_on(clock.today(now))
    waits = bool(policies.can_accept_agreement(actor, merchant)) and (accepted is None or accepted.version < due.version)
    return MerchantPage(
        merchant=merchant,
        icon=icon_of(merchant),
        is_mine=clerk is not None,
        is_owner=clerk is not None and clerk.is_owner,
        can_change=bool(policies.can_change_merchant(actor, merchant)),
        can_review=bool(policies.can_review_merchant(actor, merchant)),
        can_suspend=bool(policies.can_suspend_merchant(actor, merchant)),
        can_leave=bool(policies.can_leave_merchant(actor, merchant)),
        can_make_offer=bool(policies.can_make_offer(actor, merchant)),
        agreement=due if waits else None,
        accepted=accepted,
        pledge=Pledge.objects.filter(merchant=merchant, ended_at=None).first(),
        given=yuan(MerchantMonth.objects.filter(merchant=merchant).aggregate(total=Sum("given_fen"))["total"] or 0),
    )


def icon_of(merchant: Merchant) -> str:
    return KIND_ICONS[MerchantKind(merchant.kind)]


def has_open_offers(merchant: Merchant) -> bool:
    return Offer.objects.filter(merchant=merchant, state=OfferState.PUBLISHED).exists()


def invitation_text(actor: Person, merchant: Merchant, counter: str, until: datetime) -> str:
    """An invitation as it stands in the address that a new clerk opens: signed, so that nobody can alter it."""
    return signing.dumps([merchant.pk, actor.pk, counter, int(until.timestamp())], salt=INVITING, compress=True)


def invitation(text: str, now: datetime) -> Invitation:
    """What an invitation says, while it is in time and whoever gave it still is an owner."""
    try:
        merchant_id, owner_id, counter, until = signing.loads(text, salt=INVITING)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    moment = datetime.fromtimestamp(until, tz=now.tzinfo)
    clerk = Clerk.objects.current().filter(merchant_id=merchant_id, person_id=owner_id, is_owner=True).select_related("merchant__area").first()
    if clerk is None or now >= moment:
        raise NotFound
    return Invitation(clerk.merchant, counter, moment)
