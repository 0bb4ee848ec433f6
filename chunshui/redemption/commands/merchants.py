"""A merchant applies, is changed, reviewed, opened, suspended and leaves."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel import clock, search
from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.redemption import events, policies, queries
from chunshui.redemption.models import Acceptance, Clerk, Merchant, MerchantToken, Offer
from chunshui.redemption.states import (
    MERCHANT_STEPS,
    MOST_OPINION,
    Badge,
    MerchantKind,
    MerchantState,
    OfferState,
    agreement_numbered,
    agreement_on,
    business_code_fault,
)

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

FIELDS = ("name", "kind", "credit_code", "address", "phone", "opening", "introduction", "manager")
REVIEWED = {"name", "credit_code"}
FAR = 0.3
"""How far from its community's middle, in degrees, a shop may stand on the map."""


@transaction.atomic
def apply_merchant(
    *,
    actor: Person,
    area_id: int,
    name: str,
    kind: str,
    credit_code: str,
    address: str,
    phone: str,
    manager: str,
    opening: str = "",
    introduction: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    pledge: bool,
    now: datetime,
) -> Merchant:
    """Apply as a merchant of a community; whoever applies is the owner and stands at the first counter."""
    area = areas.visible_area(area_id)
    policies.can_apply_merchant(actor).or_refuse()
    _refuse_if(area.kind != AreaKind.COMMUNITY, "area_id", _("请选择所在的社区。"))
    _refuse_if(not pledge, "pledge", _("请先承诺填报内容真实。"))
    given = {"name": name, "kind": kind, "credit_code": credit_code, "address": address, "phone": phone, "opening": opening}
    fields = _clean({**given, "introduction": introduction, "manager": manager})
    _check(fields, but=0)
    line, at = areas.lineage(area), _position(area, latitude, longitude)
    place = {"area": area, "street_id": line.street_id, "community_id": line.community_id, "latitude": at[0], "longitude": at[1]}
    merchant = _saved(Merchant(number=token_hex(8), applied_by=actor, applied_at=now, **place, **fields))
    merchant.number = f"S{merchant.pk:07d}"
    merchant.save(update_fields=["number"])
    Clerk.objects.create(merchant=merchant, person=actor, is_owner=True, counter=str(_("一号柜台")), since=now)
    write_tokens(merchant)
    _tell(events.MERCHANT_APPLIED, merchant, actor, now, merchant_name=merchant.name)
    return merchant


@transaction.atomic
def change_merchant(
    *, actor: Person, merchant_id: int, latitude: float | None = None, longitude: float | None = None, now: datetime, **changes: Any
) -> Merchant:
    """Change a shop. A refused one is filed again by it; name and code of an open one stay as they were reviewed."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_change_merchant(actor, merchant).or_refuse()
    _refuse_if(bool(changes.keys() - set(FIELDS)), "", _("这些内容不能改。"), code="unknown_field")
    fields = _clean({**{name: getattr(merchant, name) for name in FIELDS}, **changes})
    _check(fields, but=merchant.pk)
    changed = sorted(name for name in FIELDS if fields[name] != getattr(merchant, name))
    is_open = merchant.state in (MerchantState.APPROVED, MerchantState.ACTIVE)
    fixed = next((name for name in changed if name in REVIEWED), "") if is_open else ""
    _refuse_if(bool(fixed), fixed, _("店名和代码审核过了，不能改；要改请先退出，再重新申请。"), code="reviewed")
    for name in changed:
        setattr(merchant, name, fields[name])
    if latitude is not None and longitude is not None:
        merchant.latitude, merchant.longitude = _position(merchant.area, latitude, longitude)
    if merchant.state == MerchantState.REFUSED:
        take(merchant, MERCHANT_STEPS, "refile")
    _saved(merchant)
    write_tokens(merchant)
    _tell(events.MERCHANT_CHANGED, merchant, actor, now, fields=changed)
    return merchant


@transaction.atomic
def review_merchant(*, actor: Person, merchant_id: int, approve: bool, opinion: str = "", now: datetime) -> Merchant:
    """Say yes or no to an applicant, with the reason when it is no."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_review_merchant(actor, merchant).or_refuse()
    opinion = opinion.strip()
    _refuse_if(len(opinion) > MOST_OPINION, "opinion", _("审核意见最多 100 个字。"))
    _refuse_if(not approve and not opinion, "opinion", _("不通过时请写明原因。"))
    take(merchant, MERCHANT_STEPS, "approve" if approve else "refuse")
    merchant.reviewed_by, merchant.reviewed_at, merchant.review_opinion = actor, now, opinion
    merchant.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_opinion"])
    _tell(events.MERCHANT_REVIEWED, merchant, actor, now, approved=approve, opinion=opinion)
    return merchant


@transaction.atomic
def accept_agreement(*, actor: Person, merchant_id: int, version: int, agree: bool, now: datetime) -> Merchant:
    """Accept the agreement in the version that was shown; the first time, this opens the shop."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_accept_agreement(actor, merchant).or_refuse()
    due, shown = agreement_on(clock.today(now)), agreement_numbered(version)
    _refuse_if(not agree, "agree", _("请读完以后勾选同意。"))
    _refuse_if(shown is None or shown.version != due.version, "", _("协议有了新的版本，请看过再签。"), code="old_version")
    values = {"fingerprint": due.fingerprint, "by": actor, "at": now}
    _row, made = Acceptance.objects.get_or_create(merchant=merchant, version=due.version, defaults=values)
    if merchant.state == MerchantState.APPROVED:
        take(merchant, MERCHANT_STEPS, "open")
        merchant.opened_at, merchant.badge = now, Badge.LEAF
        merchant.save(update_fields=["state", "opened_at", "badge"])
        _tell(events.MERCHANT_OPENED, merchant, actor, now, version=due.version)
    if made:
        _tell(events.AGREEMENT_ACCEPTED, merchant, actor, now, version=due.version, fingerprint=due.fingerprint)
    return merchant


@transaction.atomic
def suspend_merchant(*, actor: Person, merchant_id: int, reason: str, now: datetime) -> Merchant:
    """Close a shop for now, with a reason that its owner is told; its offers cannot be had until it is restored."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_suspend_merchant(actor, merchant).or_refuse()
    return _end(merchant, "suspend", events.MERCHANT_SUSPENDED, actor, reason, now)


@transaction.atomic
def restore_merchant(*, actor: Person, merchant_id: int, now: datetime) -> Merchant:
    """Open a suspended shop again."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_restore_merchant(actor, merchant).or_refuse()
    take(merchant, MERCHANT_STEPS, "restore")
    merchant.reason = ""
    merchant.save(update_fields=["state", "reason"])
    _tell(events.MERCHANT_RESTORED, merchant, actor, now)
    return merchant


@transaction.atomic
def leave_merchant(*, actor: Person, merchant_id: int, reason: str, now: datetime) -> Merchant:
    """Leave the alliance, or end a shop's place in it: all its offers end, what was given and collected stays on the books."""
    merchant = queries.visible_merchant(actor, merchant_id, lock=True)
    policies.can_leave_merchant(actor, merchant).or_refuse()
    Offer.objects.filter(merchant=merchant).exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    return _end(merchant, "leave", events.MERCHANT_LEFT, actor, reason, now)


def _end(merchant: Merchant, verb: str, name: str, actor: Person, reason: str, now: datetime) -> Merchant:
    reason = reason.strip()[:200]
    _refuse_if(not reason, "reason", _("请写明原因。"), code="reason_missing")
    take(merchant, MERCHANT_STEPS, verb)
    merchant.reason = reason
    merchant.save(update_fields=["state", "reason"])
    _tell(name, merchant, actor, now, reason=reason)
    return merchant


def write_tokens(merchant: Merchant) -> None:
    """Keep the search tokens of name and address."""
    MerchantToken.objects.filter(merchant=merchant).delete()
    tokens = search.index_tokens(f"{merchant.name} {merchant.address}")
    MerchantToken.objects.bulk_create([MerchantToken(merchant=merchant, token=token) for token in sorted(tokens)])


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    return {**stripped, "credit_code": str(stripped["credit_code"]).replace(" ", "").upper()}


def _check(fields: dict[str, Any], *, but: int) -> None:
    """Every rule of an application; the first one broken is told at its field."""
    _refuse_if(fields["kind"] not in MerchantKind.values, "kind", _("请选择经营类别。"))
    _refuse_if(not 2 <= len(fields["name"]) <= 60, "name", _("请填写店名，2 到 60 个字。"))
    fault = business_code_fault(fields["credit_code"])
    _refuse_if(bool(fault), "credit_code", fault)
    _refuse_if(queries.merchant_with_code(fields["credit_code"], but=but) is not None, "credit_code", CODE_TAKEN, code="code_taken")
    _refuse_if(len(fields["address"]) < 4, "address", _("请写清地址，邻居要找得到。"))
    digits = fields["phone"].replace("-", "").replace(" ", "")
    _refuse_if(not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 13), "phone", _("请填写店里的电话。"))
    _refuse_if(not fields["manager"], "manager", _("请填写负责人。"))


CODE_TAKEN = _("这个代码的店已经申请过了。不是您申请的，请联系社区。")


def _saved(merchant: Merchant) -> Merchant:
    """Two applications with one code at the same instant: the constraint lets one through."""
    try:
        with transaction.atomic():
            merchant.save()
    except IntegrityError as error:
        raise Refused(CODE_TAKEN, code="code_taken", fields={"credit_code": CODE_TAKEN}) from error
    return merchant


def _position(area: Area, latitude: float | None, longitude: float | None) -> tuple[float, float]:
    if latitude is None or longitude is None:
        return area.latitude, area.longitude
    near = abs(latitude - area.latitude) <= FAR and abs(longitude - area.longitude) <= FAR
    _refuse_if(not near, "", _("地图上的位置离社区太远了，请重新点一下。"), code="too_far")
    return latitude, longitude


def _refuse_if(wrong: bool, field: str, text: Text, *, code: str = "invalid") -> None:
    if wrong:
        raise Refused(text, code=code, fields={field: text} if field else {})


def _tell(name: str, merchant: Merchant, actor: Person, now: datetime, **data: Any) -> None:
    emit(name, subject="merchant", subject_id=merchant.pk, actor=actor, at=now, area_id=merchant.area_id, **data)
