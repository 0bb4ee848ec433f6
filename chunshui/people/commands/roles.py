"""Roles and the tokens of the API."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import emit
from chunshui.people import events, policies, queries
from chunshui.people.models import AccessToken, Person, Role
from chunshui.people.states import MOST_TOKENS, Scope


@transaction.atomic
def grant_role(*, actor: Person, person_id: int, kind: str, area_id: int, now: datetime) -> Role:
    """Bind a person to an area in a staff role."""
    area = areas.visible_area(area_id)
    policies.can_grant_role(actor, kind, area).or_refuse()
    person = Person.objects.present().filter(pk=person_id).first()
    if person is None:
        raise NotFound
    role, made = Role.objects.get_or_create(person=person, kind=kind, area=area, ended_at=None, defaults={"granted_by": actor, "granted_at": now})
    if made:
        emit(events.ROLE_GRANTED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=area.pk, kind=kind)
    return role


@transaction.atomic
def end_role(*, actor: Person, role_id: int, now: datetime) -> None:
    """End a role: its holder lays it down, or who may grant it takes it back."""
    role = queries.visible_role(actor, role_id, lock=True)
    if actor.pk != role.person_id and role.area is not None:
        policies.can_grant_role(actor, role.kind, role.area).or_refuse()
    role.ended_at = now
    role.save(update_fields=["ended_at"])
    AccessToken.objects.filter(role=role, ended_at=None).update(ended_at=now)
    emit(events.ROLE_ENDED, subject="person", subject_id=role.person_id, actor=actor, at=now, area_id=role.area_id, kind=role.kind)


@transaction.atomic
def make_token(*, actor: Person, name: str, scopes: Iterable[str], role_id: int | None = None, days: int, now: datetime) -> tuple[AccessToken, str]:
    """A personal token of the API; its text is shown this once. One that acts in a staff role is made in that role."""
    chosen = sorted(set(scopes))
    _check_token(actor, name, chosen, days, now)
    role = queries.open_role(actor, role_id) if role_id is not None else None
    if role is not None and not (actor.acting.role_id == role.pk and actor.acting.confirmed):
        text = _("要先切换到这个角色，再为它做令牌。")
        raise Refused(text, code="other_role", fields={"role": text})
    plain = f"cs_{secrets.token_urlsafe(32)}"
    token = AccessToken.objects.create(
        person=actor,
        role=role,
        name=name.strip()[:60],
        token_hash=queries.hashed(plain),
        scopes=chosen,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    emit(events.ACCESS_GIVEN, subject="person", subject_id=actor.pk, actor=actor, at=now, token_id=token.pk, scopes=chosen)
    return token, plain


def _check_token(actor: Person, name: str, scopes: list[str], days: int, now: datetime) -> None:
    faults = {}
    if not name.strip():
        faults["name"] = _("请给令牌起个名字。")
    if not scopes or not set(scopes) <= set(Scope.values):
        faults["scopes"] = _("请选令牌能做什么。")
    if not 1 <= days <= 366:
        faults["days"] = _("有效期要在 1 天和 366 天之间。")
    if faults:
        raise Refused(next(iter(faults.values())), code="token", fields=faults)
    most = areas.rule(MOST_TOKENS, actor.area, now) if actor.area else MOST_TOKENS.default
    if queries.tokens_of(actor).filter(expires_at__gt=now).count() >= most:
        raise Refused(_("令牌太多了，请先停用一个。"), code="too_many")


@transaction.atomic
def end_token(*, actor: Person, token_id: int, now: datetime) -> None:
    """Stop a token at once."""
    token = AccessToken.objects.select_for_update().filter(pk=token_id, person=actor, ended_at=None).first()
    if token is None:
        raise NotFound
    token.ended_at = now
    token.save(update_fields=["ended_at"])
    emit(events.ACCESS_ENDED, subject="person", subject_id=actor.pk, actor=actor, at=now, token_id=token.pk)


@transaction.atomic
def use_token(*, plain: str, now: datetime) -> None:
    """Remember that a token was used, at most once an hour."""
    rows = AccessToken.objects.filter(token_hash=queries.hashed(plain), ended_at=None)
    rows.exclude(used_at__gt=now - timedelta(hours=1)).update(used_at=now)
