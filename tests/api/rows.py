"""Every route of the API as one row: who may, with which scope, on what, sending what, and what a stranger is told."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from chunshui.areas.models import DayOverride
from chunshui.hours.models import Objection
from chunshui.needs.models import FollowUp, Proposal, Round
from chunshui.people.models import Consent, ConsentText, Credential, Relation, SignInSession, Volunteer
from chunshui.teams.states import JoinWay, MemberState, TeamState
from tests.api.hour_rows import CASES, ENTRIES
from tests.api.row import Ready, Row, World
from tests.factories import hours, needs, notices, people, proofs, teams

NOON = needs.NOON


def picture() -> str:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return b64encode(out.getvalue()).decode()


def need(state: str, **more: Any) -> Ready:
    return lambda world: {"need_id": needs.need(world.resident, state=state, **more).pk}


def placed(state: str = "accepted", place: str = "planned", **more: Any) -> Ready:
    """An order with the helper's place in it, begun now."""

    def ready(world: World) -> dict[str, Any]:
        start = {"wish_from": NOON, "wish_until": NOON + timedelta(hours=2)}
        order = needs.need(world.resident, state=state, reviewed_by=world.official, **start)
        return {"need_id": order.pk, "assignment_id": needs.assignment(order, world.helper, state=place, **more).pk}

    return ready


def asked(world: World) -> dict[str, Any]:
    order = needs.need(world.resident, state="offered")
    return {"need_id": order.pk, "offer_id": needs.offer(order, world.helper).pk}


def asked_as_team(world: World) -> dict[str, Any]:
    order, made = needs.need(world.resident, state="offered"), teams.team(world.community, leader=world.helper)
    needs.offer(order, world.helper, team_id=made.pk, source="team")
    return {"need_id": order.pk, "team_id": made.pk}


def follow_up(world: World) -> dict[str, Any]:
    order = needs.need(world.resident, state="rated")
    times = {"opened_at": NOON, "due_at": NOON + timedelta(days=1)}
    return {"follow_up_id": FollowUp.objects.create(need=order, kind="poor", words="来晚了", by=world.resident, **times).pk}


def round_of(world: World) -> dict[str, Any]:
    order = needs.need(world.resident, state="waiting")
    made = Round.objects.create(area=world.community, state="proposed", by=world.worker, at=NOON, done=1, total=1, is_queued=True)
    Proposal.objects.create(round=made, need=order, volunteer=world.helper, reasons=[["free_then", int(order.wish_from.timestamp()) // 60]])
    return {"round_id": made.pk, "need_id": order.pk}


def team(state: str = TeamState.APPROVED, **more: Any) -> Ready:
    def ready(world: World) -> dict[str, Any]:
        made = teams.team(world.community, state=state, leader=world.helper, join_way=JoinWay.REVIEWED, **more)
        return {"team_id": made.pk}

    return ready


def applying(state: str = MemberState.APPLYING) -> Ready:
    def ready(world: World) -> dict[str, Any]:
        made = teams.team(world.community, leader=world.helper)
        other = people.volunteer(world.community)
        teams.member(made, other, state=state)
        return {"team_id": made.pk, "person_id": other.pk}

    return ready


def volunteer(state: str) -> Ready:
    return lambda world: {"person_id": people.volunteer(world.community, state=state).pk}


def of(who: str, name: str = "person_id") -> Ready:
    return lambda world: {name: getattr(world, who).pk}


def relation(world: World) -> dict[str, Any]:
    made = Relation.objects.create(person=world.resident, helper=world.helper, kind="neighbour", agreed_at=NOON)
    return {"relation_id": made.pk, "person_id": world.resident.pk}


def consent(world: World) -> dict[str, Any]:
    text = ConsentText.objects.create(kind="share", version=1, body="好", body_en="yes", effective_on=NOON.date())
    Consent.objects.create(person=world.resident, text=text, given_by=world.resident, channel="self", given_at=NOON)
    return {"person_id": world.resident.pk}


def credential(world: World) -> dict[str, Any]:
    made = Credential.objects.create(person=world.helper, kind=1, number="X1", valid_from=NOON.date(), at=NOON)
    return {"credential_id": made.pk}


def paper(world: World) -> dict[str, Any]:
    from chunshui.people import commands

    made = commands.add_paper(actor=world.resident, person_id=world.resident.pk, content=_bytes(), now=NOON)
    return {"person_id": world.resident.pk, "paper_id": made.pk}


def photo(world: World) -> dict[str, Any]:
    from chunshui.needs.commands import photos

    order = needs.need(world.resident)
    photos.attach(order, [_bytes()], by=world.resident, now=NOON)
    return {"photo_id": order.photos.get().pk}


def _bytes() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


def day_off(world: World) -> dict[str, Any]:
    DayOverride.objects.create(day="2026-12-03", is_working=False, reason="停电")
    return {"day": "2026-12-03"}


def merged(world: World) -> dict[str, Any]:
    from chunshui.people import commands

    twice = {"kept_id": world.resident.pk, "gone_id": people.person(world.community, "周桂芳").pk}
    made = commands.merge_people(actor=world.official, **twice, reason="登记了两次", now=NOON)
    return {"merge_id": made.pk, "person_id": world.resident.pk}


def record(world: World) -> dict[str, Any]:
    made = hours.record(world.helper)
    Volunteer.objects.filter(pk=world.helper.pk).update(minutes_total=made.minutes, services_total=1)
    return {"record_id": made.pk}


def session(world: World) -> dict[str, Any]:
    made = SignInSession.objects.create(person=world.resident, session_key="k" * 32, device="手机", address="10.0.0.1", at=NOON)
    return {"session_id": made.pk}


def own_token(world: World) -> dict[str, Any]:
    from chunshui.people import commands

    made, _plain = commands.make_token(actor=world.resident, name="旧的", scopes=["read"], days=1, now=NOON)
    return {"token_id": made.pk}


def registrant(world: World, ids: dict[str, Any]) -> dict[str, Any]:
    who = {"person_id": world.resident.pk, "id_kind": "01", "id_number": people.papers(serial=48), "name": "周桂芳", "area_id": world.community.pk}
    lists = {"skills": [1], "free_time": [1, 2], "languages": [1], "consents": ["privacy", "sensitive"]}
    return {**who, **lists, "consent_note": "电话里口头同意"}


def order(world: World, ids: dict[str, Any]) -> dict[str, Any]:
    needs.service()
    return {"service_code": "escort", "area_id": world.community.pk, "address": "莺花巷 27 号", "photos": [picture()]}


SERVICE = {
    "name": "陪聊",
    "name_en": "A chat",
    "spoken": "陪我说说话",
    "spoken_en": "Talk with me",
    "category": "0017",
    "icon": "chat-heart",
    "minutes": 60,
}
TEAM = {"kind": "1", "name": "黎明陪诊队", "host_name": "黎明社区居委会", "service_categories": ["0017"], "pledge": True}
REASON = {"reason": "本人要求"}
POINT = {"latitude": 29.6, "longitude": 106.5}

ORDERS = [
    Row("GET /needs", "resident", "read", need("submitted"), stranger=200),
    Row("GET /needs/{need_id}", "resident", "read", need("submitted")),
    Row("GET /needs/{need_id}/history", "resident", "read", need("submitted")),
    Row("GET /needs/{need_id}/code", "resident", "needs", need("accepted")),
    Row("GET /needs/{need_id}/photos", "resident", "read", need("submitted")),
    Row("GET /needs/photos/{photo_id}", "resident", "read", photo),
    Row("POST /needs", "resident", "needs", body=lambda w, i: {**order(w, i), "resident_id": w.resident.pk}),
    Row("POST /needs/for", "resident", "needs", body=lambda w, i: {**order(w, i), "name": "周老太", "relation": "family"}, stranger=200),
    Row("POST /needs/{need_id}/complete", "resident", "needs", need("returned"), {"details": "膝盖痛", "photos": [picture()]}),
    Row("POST /needs/{need_id}/change", "resident", "needs", need("waiting"), {"details": "换成下午"}),
    Row("POST /needs/{need_id}/cancel-series", "resident", "needs", need("submitted", repeat="weekly"), REASON),
    Row("POST /needs/{need_id}/cancel", "resident", "needs", need("submitted"), REASON),
    Row("POST /needs/{need_id}/note", "resident", "needs", need("waiting"), {"note_to_volunteer": "门铃坏了"}),
    Row("POST /needs/{need_id}/rate", "resident", "needs", placed("delivered", "done"), {"stars": 5, "tags": ["on_time"], "words": "谢谢"}),
    Row("POST /needs/{need_id}/complain", "resident", "needs", placed("delivered", "done"), {"words": "收了钱"}),
    Row("POST /needs/{need_id}/confirm", "resident", "needs", placed("serving", "present", checked_in_at=NOON - timedelta(hours=1))),
    Row("POST /needs/{need_id}/stop-series", "resident", "needs", need("submitted", repeat="weekly")),
    Row("POST /needs/{need_id}/accept", "worker", "dispatch", need("submitted"), {"priority": 3}),
    Row("POST /needs/{need_id}/send-back", "worker", "dispatch", need("submitted"), REASON),
    Row("POST /needs/{need_id}/decline", "worker", "dispatch", need("submitted"), {**REASON, "instead": "请找物业"}),
    Row("POST /needs/{need_id}/refer", "worker", "dispatch", need("submitted"), {**REASON, "to": "12345"}),
    Row("POST /needs/{need_id}/merge", "worker", "dispatch", need("submitted"), lambda w, i: {"into_id": needs.need(w.resident).pk}),
    Row("POST /needs/{need_id}/priority", "worker", "dispatch", need("waiting"), {**REASON, "priority": 4}),
    Row("POST /needs/{need_id}/fewer", "worker", "dispatch", placed("waiting")),
]
MENU = [
    Row("GET /menu", "resident", "read", query={"community_id": "community"}, stranger=200),
    Row("GET /menu/whole", "resident", "read", query={"community_id": "community"}, stranger=200),
    Row("GET /menu/propose", "resident", "read", query={"community_id": "community", "text": "去看病"}, stranger=200),
    Row("GET /menu/services", "resident", "read", lambda w: {"code": needs.service().code}, stranger=200),
    Row("POST /menu/services", "official", "settings", body={**SERVICE, "service_code": "chat"}, stranger=403),
    Row("POST /menu/services/{code}/change", "official", "settings", lambda w: {"code": needs.service().code}, {"minutes": 90}, stranger=403),
    Row("POST /menu/services/{code}/retire", "official", "settings", lambda w: {"code": needs.service().code}, REASON, stranger=403),
    Row("POST /menu/services/{code}/restore", "official", "settings", lambda w: {"code": needs.service("old", is_offered=False).code}, stranger=403),
    Row("POST /menu/communities/{community_id}/lines", "worker", "settings", of("community", "community_id"),
        lambda w, i: {"service_code": needs.service().code, "is_offered": False, "note": "护士请假"}, stranger=403),
]  # fmt: skip
DISPATCH = [
    Row("GET /desk/queue", "worker", "dispatch", need("submitted")),
    Row("GET /desk/figures", "worker", "dispatch", need("submitted")),
    Row("GET /desk/needs", "worker", "dispatch", need("submitted"), query={"state": "submitted", "since": "2026-11-01"}),
    Row("GET /statistics", "worker", "dispatch", query={"since": "2026-10", "until": "2026-11"}),
    Row("GET /statistics/by/{what}", "worker", "dispatch", lambda w: {"what": "service"}),
    Row("GET /follow-ups", "worker", "dispatch", follow_up),
    Row("GET /follow-ups/{follow_up_id}", "worker", "dispatch", follow_up),
    Row("POST /follow-ups/{follow_up_id}/close", "worker", "dispatch", follow_up, {"result": "已道歉"}),
    Row("POST /follow-ups/{follow_up_id}/refer", "worker", "dispatch", follow_up, {"result": "交司法所"}),
    Row("GET /needs/{need_id}/candidates", "worker", "dispatch", need("waiting"), query={"limit": 3}),
    Row("GET /needs/{need_id}/candidates/{person_id}", "worker", "dispatch", lambda w: {**need("waiting")(w), "person_id": w.helper.pk}),
    Row("GET /needs/{need_id}/funnel", "worker", "dispatch", need("waiting")),
    Row("GET /needs/{need_id}/similar", "worker", "dispatch", need("submitted")),
    Row("GET /needs/{need_id}/offers", "worker", "dispatch", asked),
    Row("GET /needs/{need_id}/places", "worker", "dispatch", placed()),
    Row("POST /needs/{need_id}/offers", "worker", "dispatch", need("waiting"), lambda w, i: {"volunteer_ids": [w.helper.pk], "note": "二楼"}),
    Row("POST /needs/{need_id}/offers/withdraw", "worker", "dispatch", asked),
    Row("POST /needs/{need_id}/team-offers", "worker", "dispatch", lambda w: {**need("waiting")(w), **team()(w)}, lambda w, i: {"team_id": i["team_id"]}),
    Row("POST /offers/{offer_id}/withdraw", "worker", "dispatch", asked),
    Row("POST /rounds", "worker", "dispatch"),
    Row("GET /rounds", "worker", "dispatch", round_of),
    Row("GET /rounds/{round_id}", "worker", "dispatch", round_of),
    Row("GET /rounds/{round_id}/pairs", "worker", "dispatch", round_of),
    Row("GET /rounds/{round_id}/unserved", "worker", "dispatch", round_of),
    Row("GET /rounds/{round_id}/orders/{need_id}/why-not/{person_id}", "worker", "dispatch", lambda w: {**round_of(w), "person_id": w.helper.pk}),
    Row("POST /rounds/{round_id}/pairs/{verb}", "worker", "dispatch", lambda w: {**round_of(w), "verb": "lock"},
        lambda w, i: {"need_id": i["need_id"], "volunteer_id": w.helper.pk}),
    Row("POST /rounds/{round_id}/do/{verb}", "worker", "dispatch", lambda w: {**round_of(w), "verb": "discard"}),
    Row("GET /routes", "worker", "dispatch", need("waiting"), query={"community_id": "community", "day": "2026-11-25", "part": 0}, stranger=403),
    Row("POST /routes/ask", "worker", "dispatch", need("waiting"),
        lambda w, i: {"pairs": [{"need_id": i["need_id"], "volunteer_id": w.helper.pk, "minute": int((NOON + timedelta(hours=21)).timestamp()) // 60}]}),
    Row("POST /assignments/{assignment_id}/absent", "worker", "dispatch", placed(planned_from=NOON - timedelta(hours=2)), {"seek_another": True}),
]  # fmt: skip
SERVING = [
    Row("GET /offers", "helper", "serve", asked, stranger=200),
    Row("POST /offers/{offer_id}/accept", "helper", "serve", asked),
    Row("POST /offers/{offer_id}/decline", "helper", "serve", asked, {"note": "要带孙子"}),
    Row("POST /needs/{need_id}/teams/{team_id}/accept", "helper", "serve", asked_as_team, lambda w, i: {"member_ids": [w.helper.pk]}),
    Row("POST /needs/{need_id}/teams/{team_id}/decline", "helper", "serve", asked_as_team, {"note": "那天都不在"}),
    Row("GET /open-list", "helper", "serve", need("waiting"), query={"limit": 1}, stranger=200),
    Row("POST /needs/{need_id}/claim", "helper", "serve", need("waiting"), stranger=403),
    Row("GET /assignments", "helper", "serve", placed(), stranger=200),
    Row("GET /assignments/done", "helper", "serve", placed("delivered", "done"), stranger=200),
    Row("GET /assignments/{assignment_id}", "helper", "read", placed()),
    Row("POST /assignments/{assignment_id}/check-in", "helper", "serve", placed(), {"way": "code", "code": "4827"}),
    Row("POST /assignments/{assignment_id}/check-out", "helper", "serve", placed("serving", "present", checked_in_at=NOON - timedelta(hours=1)),
        {"way": "code", "code": "4827"}),
    Row("POST /assignments/{assignment_id}/release", "helper", "serve", placed(), REASON),
    Row("POST /assignments/{assignment_id}/remark", "helper", "serve", placed("delivered", "done"), {"change": "thank", "words": "谢谢周阿姨"}),
    Row("POST /assignments/{assignment_id}/phone", "helper", "read", placed(), {"whose": "resident"}),
    Row("GET /days/{day}/route", "helper", "serve", lambda w: {**placed()(w), "day": "2026-11-24"}, stranger=200),
    Row("POST /days/{day}/order", "helper", "serve", lambda w: {**placed()(w), "day": "2026-11-24"},
        lambda w, i: {"assignment_ids": [i["assignment_id"]], "sure": True}, stranger=409),
]  # fmt: skip
ONESELF = [
    Row("GET /me", "resident", "read", stranger=200),
    Row("POST /me/export", "resident", "people", stranger=200),
    Row("POST /me/address", "resident", "people", body=lambda w, i: {"area_id": w.community.pk, "address": "莺花巷 27 号"}, stranger=200),
    Row("GET /me/reveals", "resident", "people", stranger=200),
    Row("POST /me/blocks", "resident", "people", body=lambda w, i: {"person_id": w.helper.pk}, stranger=200),
    Row("POST /me/blocks/{person_id}/end", "resident", "people", of("helper"), stranger=200),
    Row("GET /me/tokens", "resident", "people", own_token, stranger=200),
    Row("POST /me/tokens/{token_id}/end", "resident", "people", own_token),
    Row("GET /me/sessions", "resident", "people", session, stranger=200),
    Row("POST /me/sessions/{session_id}/end", "resident", "people", session),
    Row("GET /inbox", "resident", "read", lambda w: {"message_id": notices.message(w.resident).pk}, stranger=200),
    Row("POST /inbox/read", "resident", "read", lambda w: {"message_id": notices.message(w.resident).pk}, stranger=200),
    Row("POST /inbox/{message_id}/read", "resident", "read", lambda w: {"message_id": notices.message(w.resident).pk}),
    Row("GET /hours", "helper", "read", record, stranger=200),
    Row("GET /hours/totals", "helper", "read", stranger=200),
    Row("GET /volunteers/{person_id}/hours", "worker", "people", of("helper")),
    Row("GET /volunteers/{person_id}/hours/totals", "worker", "people", of("helper")),
    Row("POST /hours/{record_id}/cancel", "worker", "people", record, REASON),
]


def star_of(state: str, *, objected: bool = False, **more: Any) -> Ready:
    """The helper's star, with the hours for it; `objected` adds an objection of the resident."""

    def ready(world: World) -> dict[str, Any]:
        hours.record(world.helper, hour=-300, minutes=6000)
        times = {"published_at": NOON - timedelta(days=9), "publicity_until": NOON - timedelta(days=1)} if state == "published" else {}
        made = proofs.star(world.helper, state=state, **times, **more)
        ids = {"star_id": made.pk}
        if objected:
            ids["objection_id"] = Objection.objects.create(star=made, by=world.resident, words="不在", at=NOON).pk
        return ids

    return ready


def proof_of(state: str) -> Ready:
    """The helper's proof, asked for, accepted or issued by a colleague of the worker."""

    def ready(world: World) -> dict[str, Any]:
        made = proofs.issued(world.helper, world.worker) if state == "issued" else proofs.asked(world.helper)
        if state == "accepted":
            type(made).objects.filter(pk=made.pk).update(state=state)
        return {"proof_id": made.pk}

    return ready


def privilege(world: World) -> dict[str, Any]:
    return {"privilege_id": proofs.privilege(world.official).pk}


ASK = {"since": "2026-11-24", "until": "2026-11-24", "purpose": "升学", "language": "both"}
STARS = [
    Row("GET /stars", "helper", "read", star_of("applied"), stranger=200),
    Row(
        "POST /stars",
        "helper",
        "serve",
        lambda w: hours.record(w.helper, hour=-300, minutes=6000) and {},
        {"level": 1, "deeds": "陪诊"},
        stranger=409,
    ),
    Row("GET /stars/queue", "worker", "people", star_of("applied")),
    Row("GET /stars/published", "resident", "read", star_of("published"), stranger=200),
    Row("GET /stars/five", "resident", "read", star_of("granted", level=5), stranger=200),
    Row("GET /stars/{star_id}", "helper", "read", star_of("applied")),
    Row("POST /stars/{star_id}/withdraw", "helper", "serve", star_of("applied")),
    Row("POST /stars/{star_id}/review", "official", "people", star_of("applied"), {"opinion": "属实"}),
    Row("POST /stars/{star_id}/publish", "official", "people", star_of("reviewed")),
    Row("POST /stars/{star_id}/refuse", "official", "people", star_of("applied"), REASON),
    Row("POST /stars/{star_id}/grant", "official", "people", star_of("published"), stranger=403),
    Row("POST /stars/{star_id}/object", "resident", "needs", star_of("published"), {"words": "那天不在"}, stranger=200),
    Row(
        "POST /objections/{objection_id}/decide", "official", "people", star_of("published", objected=True), {"is_upheld": False, "answer": "查过了"}
    ),
    Row("GET /privileges", "resident", "read", privilege, stranger=200),
    Row(
        "POST /privileges",
        "official",
        "settings",
        body={"level": 5, "title": "景区免费", "words": "全年", "given_by": "区文旅委", "since": "2026-11-24"},
        stranger=403,
    ),
    Row("POST /privileges/{privilege_id}/end", "official", "settings", privilege, stranger=403),
    Row("GET /proofs", "helper", "read", proof_of("requested"), stranger=200),
    Row("POST /proofs", "helper", "serve", record, lambda w, i: {**ASK, "area_id": w.helper.community_id}, stranger=409),
    Row("GET /proofs/queue", "worker", "people", proof_of("requested")),
    Row("GET /proofs/{proof_id}", "helper", "read", proof_of("requested")),
    Row("GET /proofs/{proof_id}/files", "helper", "people", proof_of("issued")),
    Row("POST /proofs/{proof_id}/withdraw", "helper", "serve", proof_of("requested")),
    Row("POST /proofs/{proof_id}/show", "helper", "serve", proof_of("issued"), {"name_shown": "full", "shows_hours": True, "shows_items": False}),
    Row("POST /proofs/{proof_id}/accept", "worker", "people", proof_of("requested")),
    Row("POST /proofs/{proof_id}/issue", "worker", "people", proof_of("accepted"), {"person_in_charge": "赵主任"}),
    Row("POST /proofs/{proof_id}/refuse", "worker", "people", proof_of("requested"), REASON),
    Row("POST /proofs/{proof_id}/revoke", "worker", "people", proof_of("issued"), REASON),
    Row("POST /proofs/{proof_id}/object", "resident", "needs", proof_of("issued"), {"words": "那天没有"}, stranger=200),
]
PEOPLE = [
    Row("GET /people", "worker", "people", query={"q": "周桂"}, stranger=200),
    Row("GET /residents", "worker", "people", query={"focus": "old"}),
    Row("GET /people/{person_id}", "worker", "people", of("resident")),
    Row("POST /people", "worker", "people", body=lambda w, i: {"name": "吴老太", "area_id": w.community.pk, "consent_note": "电话里同意", **POINT}, stranger=200),
    Row("POST /people/{person_id}/change", "worker", "people", of("resident"), {"focus_groups": ["old"], "born_on": "1950-02-03"}),
    Row("POST /people/{person_id}/address", "worker", "people", of("resident"), lambda w, i: {"area_id": w.community.pk, "address": "黎明路 3 号", **POINT}),
    Row("POST /people/{person_id}/reveal", "worker", "people", of("resident"), {"field": "phone", "reason": "约时间"}),
    Row("GET /people/{person_id}/relations", "worker", "people", relation),
    Row("POST /people/{person_id}/relations", "worker", "people", of("resident"), lambda w, i: {"helper_id": w.helper.pk, "kind": "neighbour"}),
    Row("POST /people/{person_id}/helpers", "worker", "people", of("resident"),
        lambda w, i: {"phone": people.person(w.community, phone="13900001111") and "13900001111", "kind": "family"}),
    Row("POST /relations/{relation_id}/end", "helper", "people", relation),
    Row("GET /people/{person_id}/consents", "resident", "people", consent),
    Row("POST /people/{person_id}/consents", "resident", "people", of("resident"), {"kind": "share"}),
    Row("POST /people/{person_id}/consents/withdraw", "resident", "people", consent, {"kind": "share"}),
    Row("GET /people/{person_id}/credentials", "helper", "people", lambda w: {**credential(w), "person_id": w.helper.pk}),
    Row("POST /people/{person_id}/credentials", "helper", "people", of("helper"), {"kind": 2, "number": "A-17", "valid_from": "2026-01-01"}),
    Row("POST /credentials/{credential_id}/review", "worker", "people", credential, {"approve": True}),
    Row("GET /people/{person_id}/papers", "resident", "people", paper),
    Row("POST /people/{person_id}/papers", "resident", "people", of("resident"), {"photo": picture()}),
    Row("GET /people/{person_id}/papers/{paper_id}", "worker", "people", paper),
    Row("GET /people/duplicates", "official", "people", query={"area_id": "community"}, stranger=403),
    Row("GET /people/{person_id}/merges", "official", "people", merged),
    Row("POST /people/{person_id}/merge", "official", "people", of("resident"), lambda w, i: {"gone_id": people.person(w.community, "周桂芳").pk, "reason": "登记了两次"}),
    Row("POST /people/merges/{merge_id}/undo", "official", "people", merged, {"reason": "是两个人"}),
    Row("GET /volunteers", "worker", "people", query={"skill": 1, "state": "active"}),
    Row("GET /volunteers/waiting", "worker", "people", volunteer("pending")),
    Row("GET /volunteers/{person_id}", "worker", "people", of("helper")),
    Row("POST /volunteers", "worker", "people", body=registrant),
    Row("POST /volunteers/{person_id}/change", "helper", "people", of("helper"), {"week_limit": 2, "skills": [1, 2]}),
    Row("POST /volunteers/{person_id}/review", "worker", "people", volunteer("pending"), {"approve": True}),
    Row("POST /volunteers/{person_id}/pause", "worker", "people", volunteer("active"), {"until": "2026-12-24"}),
    Row("POST /volunteers/{person_id}/do/{verb}", "worker", "people", lambda w: {**volunteer("paused")(w), "verb": "resume"}),
]  # fmt: skip
TEAMS = [
    Row("GET /teams", "resident", "read", team(), query={"kind": "1", "category": "0017"}, stranger=200),
    Row("GET /teams/mine", "helper", "read", team(), stranger=200),
    Row("GET /teams/review", "worker", "teams", team(TeamState.PENDING)),
    Row("GET /teams/{team_id}", "worker", "read", team(TeamState.PENDING)),
    Row("GET /teams/{team_id}/members", "helper", "teams", team(), stranger=403),
    Row("POST /teams", "helper", "teams", body=lambda w, i: {**TEAM, "area_id": w.community.pk}, stranger=409),
    Row("POST /teams/{team_id}/change", "helper", "teams", team(), {"introduction": "每周二陪诊"}, stranger=403),
    Row("POST /teams/{team_id}/review", "worker", "teams", team(TeamState.PENDING), {"approve": True}),
    Row("POST /teams/{team_id}/suspend", "worker", "teams", team(), REASON, stranger=403),
    Row("POST /teams/{team_id}/restore", "worker", "teams", team(TeamState.SUSPENDED)),
    Row("POST /teams/{team_id}/standing", "worker", "teams", team(), {"is_standing": True}, stranger=403),
    Row("POST /teams/{team_id}/apply", "second", "teams", team(), {"note": "我会急救"}, stranger=409),
    Row("POST /teams/{team_id}/leave", "second", "teams", lambda w: _joined(w)),
    Row("POST /teams/{team_id}/members/{person_id}/do/{verb}", "helper", "teams", lambda w: {**applying()(w), "verb": "accept"}, stranger=403),
    Row("POST /teams/{team_id}/members/{person_id}/leader", "helper", "teams", applying(MemberState.MEMBER), {"is_leader": True}, stranger=403),
]
AREAS = [
    Row("GET /areas", "resident", "read", stranger=200),
    Row("GET /areas/{area_id}", "resident", "read", of("community", "area_id"), stranger=200),
    Row("GET /areas/{area_id}/doors", "resident", "read", of("community", "area_id"), stranger=200),
    Row("GET /areas/{area_id}/rules", "resident", "read", of("community", "area_id"), stranger=200),
    Row("GET /areas/{area_id}/rules/{key}", "resident", "read", lambda w: {"area_id": w.community.pk, "key": "needs.wave_size"}, stranger=200),
    Row("POST /areas/{area_id}/rules/{key}", "official", "settings", lambda w: {"area_id": w.community.pk, "key": "needs.wave_size"},
        {"value": 5, "effective_on": "2026-12-01", "reason": "志愿者多了"}, stranger=403),
    Row("GET /areas/{area_id}/dispatch-weights", "official", "read", of("community", "area_id"), stranger=403),
    Row("POST /areas/{area_id}/dispatch-weights/{name}", "official", "settings", lambda w: {"area_id": w.community.pk, "name": "distance"},
        {"value": 700, "effective_on": "2026-12-01", "reason": "山路多"}, stranger=403),
    Row("GET /calendar", "resident", "read", day_off, stranger=200),
    Row("POST /calendar/{day}", "official", "settings", lambda w: {"day": "2026-12-05"}, {"is_working": True, "reason": "补班"}, stranger=403),
    Row("POST /calendar/{day}/clear", "official", "settings", day_off, stranger=403),
]  # fmt: skip


def _joined(world: World) -> dict[str, Any]:
    made = teams.team(world.community, leader=world.helper)
    teams.member(made, world.second)
    return {"team_id": made.pk}


ROWS = [*STARS, *ORDERS, *MENU, *DISPATCH, *SERVING, *ONESELF, *PEOPLE, *TEAMS, *AREAS, *ENTRIES, *CASES]
