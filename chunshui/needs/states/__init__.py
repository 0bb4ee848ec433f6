"""The life of an order, an offer, an assignment, a batch round and a follow-up, as tables a citizen could read; and their rules."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step
from chunshui.needs.states.menu import TONES as TONES
from chunshui.needs.states.menu import Icon as Icon


class State(models.TextChoices):
    SUBMITTED = "submitted", _("待受理")
    RETURNED = "returned", _("退回补充")
    DECLINED = "declined", _("不予受理")
    REFERRED = "referred", _("已转办")
    MERGED = "merged", _("已合并")
    WAITING = "waiting", _("待派单")
    OFFERED = "offered", _("已派单")
    ACCEPTED = "accepted", _("已接单")
    SERVING = "serving", _("服务中")
    DELIVERED = "delivered", _("待评价")
    RATED = "rated", _("已评价")
    UNRATED = "unrated", _("未评价")
    ARCHIVED = "archived", _("已归档")
    CANCELLED = "cancelled", _("已取消")


S = State

#: verb → from which states, to which state, the word people see.
STEPS = {
    # 点单 order and review
    "complete": Step(frozenset({S.RETURNED}), S.SUBMITTED, _("补充")),
    "change": Step(frozenset({S.SUBMITTED, S.WAITING, S.OFFERED, S.ACCEPTED}), S.SUBMITTED, _("改单")),
    "accept": Step(frozenset({S.SUBMITTED}), S.WAITING, _("受理")),
    "send_back": Step(frozenset({S.SUBMITTED}), S.RETURNED, _("退回补充")),
    "decline": Step(frozenset({S.SUBMITTED, S.RETURNED}), S.DECLINED, _("不予受理")),
    "refer": Step(frozenset({S.SUBMITTED, S.WAITING}), S.REFERRED, _("转办")),
    "merge": Step(frozenset({S.SUBMITTED, S.WAITING}), S.MERGED, _("合并")),
    # 派单 dispatch
    "offer": Step(frozenset({S.WAITING, S.OFFERED}), S.OFFERED, _("派单")),
    "requeue": Step(frozenset({S.OFFERED}), S.WAITING, _("回到待派")),
    "staff": Step(frozenset({S.WAITING, S.OFFERED}), S.ACCEPTED, _("接单")),
    "reopen": Step(frozenset({S.ACCEPTED, S.SERVING}), S.WAITING, _("重新派单")),
    # 送单 delivery
    "start": Step(frozenset({S.ACCEPTED}), S.SERVING, _("开始服务")),
    "deliver": Step(frozenset({S.SERVING}), S.DELIVERED, _("服务完成")),
    # 评单 rating
    "rate": Step(frozenset({S.DELIVERED}), S.RATED, _("评价")),
    "close_unrated": Step(frozenset({S.DELIVERED}), S.UNRATED, _("到期未评")),
    "archive": Step(frozenset({S.RATED, S.UNRATED}), S.ARCHIVED, _("归档")),
    # leaving the loop
    "cancel": Step(frozenset({S.SUBMITTED, S.RETURNED, S.WAITING, S.OFFERED, S.ACCEPTED}), S.CANCELLED, _("取消")),
}

REVIEWING = frozenset({S.SUBMITTED, S.RETURNED})
DISPATCHING = frozenset({S.WAITING, S.OFFERED})
DELIVERING = frozenset({S.ACCEPTED, S.SERVING})
RATING = frozenset({S.DELIVERED})
OPEN = REVIEWING | DISPATCHING | DELIVERING | RATING
ENDED = frozenset(S) - OPEN
NOT_TAKEN_UP = frozenset({S.DECLINED, S.REFERRED, S.MERGED})

#: what climbs when nobody reviews or dispatches it in time
CLIMBING = frozenset({S.SUBMITTED, S.WAITING, S.OFFERED})

#: the four words of the loop, for the resident's step bar and the desk's filter: 1 点单, 2 派单, 3 送单, 4 评单.
LOOP = {
    **dict.fromkeys((S.SUBMITTED, S.RETURNED, S.DECLINED, S.REFERRED, S.MERGED, S.CANCELLED), 1),
    **dict.fromkeys(DISPATCHING, 2),
    **dict.fromkeys(DELIVERING, 3),
    **dict.fromkeys((S.DELIVERED, S.RATED, S.UNRATED, S.ARCHIVED), 4),
}


class OfferState(models.TextChoices):
    OPEN = "open", _("等答复")
    ACCEPTED = "accepted", _("已接")
    DECLINED = "declined", _("接不了")
    EXPIRED = "expired", _("没答复")
    WITHDRAWN = "withdrawn", _("已撤回")
    FILLED = "filled", _("已有人接")


O = OfferState  # noqa: E741
OFFER_STEPS = {
    "accept": Step(frozenset({O.OPEN}), O.ACCEPTED, _("接单")),
    "decline": Step(frozenset({O.OPEN}), O.DECLINED, _("接不了")),
    "expire": Step(frozenset({O.OPEN}), O.EXPIRED, _("到时没答复")),
    "withdraw": Step(frozenset({O.OPEN}), O.WITHDRAWN, _("撤回")),
    "fill": Step(frozenset({O.OPEN}), O.FILLED, _("已有人接")),
}


class OfferSource(models.TextChoices):
    SINGLE = "single", _("单独派")
    SEVERAL = "several", _("同时问几位")
    ROUND = "round", _("一起派")
    TEAM = "team", _("派给队伍")
    HAND = "hand", _("人工指定")
    CLAIM = "claim", _("自己来接")
    NEXT = "next", _("顺位再问")


class AssignmentState(models.TextChoices):
    PLANNED = "planned", _("已约好")
    PRESENT = "present", _("已签到")
    DONE = "done", _("已签退")
    RELEASED = "released", _("来不了")
    ABSENT = "absent", _("没到")


A = AssignmentState
ASSIGNMENT_STEPS = {
    "check_in": Step(frozenset({A.PLANNED}), A.PRESENT, _("签到")),
    "check_out": Step(frozenset({A.PRESENT}), A.DONE, _("签退")),
    "release": Step(frozenset({A.PLANNED}), A.RELEASED, _("来不了")),
    "mark_absent": Step(frozenset({A.PLANNED}), A.ABSENT, _("没到")),
}
HOLDING = frozenset({A.PLANNED, A.PRESENT, A.DONE})


class RoundState(models.TextChoices):
    SOLVING = "solving", _("正在算")
    PROPOSED = "proposed", _("待确认")
    SENDING = "sending", _("正在派出")
    SENT = "sent", _("已派出")
    DISCARDED = "discarded", _("已放弃")
    FAILED = "failed", _("没算成")


class ProposalOutcome(models.TextChoices):
    """What became of a proposed pair when the round was sent."""

    OPEN = "open", _("还没派")
    ASKED = "asked", _("问了")
    PASSED = "passed", _("没问")


R = RoundState
ROUND_STEPS = {
    "propose": Step(frozenset({R.SOLVING}), R.PROPOSED, _("给出方案")),
    "fail": Step(frozenset({R.SOLVING}), R.FAILED, _("没算成")),
    "solve_again": Step(frozenset({R.PROPOSED}), R.SOLVING, _("重新算")),
    "send": Step(frozenset({R.PROPOSED}), R.SENDING, _("派出")),
    "finish": Step(frozenset({R.SENDING}), R.SENT, _("派完")),
    "discard": Step(frozenset({R.SOLVING, R.PROPOSED}), R.DISCARDED, _("放弃")),
}


class FollowUpKind(models.TextChoices):
    POOR = "poor", _("评价不满意")
    COMPLAINT = "complaint", _("投诉")
    REPORT = "report", _("志愿者反映")


class FollowUpState(models.TextChoices):
    OPEN = "open", _("待回访")
    DONE = "done", _("已回访")
    REFERRED = "referred", _("已移交")


F = FollowUpState
FOLLOW_UP_STEPS = {
    "close": Step(frozenset({F.OPEN}), F.DONE, _("办结")),
    "refer": Step(frozenset({F.OPEN}), F.REFERRED, _("移交有权处理的单位")),
}


class Channel(models.TextChoices):
    WEB = "web", _("网上")
    PHONE = "phone", _("电话代录")
    DESK = "desk", _("窗口代录")
    PROXY = "proxy", _("亲友代办")
    KIOSK = "kiosk", _("自助机")
    API = "api", _("接口")
    WEEKLY = "weekly", _("每周一次")


#: what a worker enters for somebody who telephones or stands at the counter
BY_STAFF = frozenset({Channel.PHONE, Channel.DESK})


class Wish(models.TextChoices):
    ANY_TIME = "any", _("时间都行")
    WINDOW = "window", _("约定时间")


class Repeat(models.TextChoices):
    ONCE = "once", _("一次")
    WEEKLY = "weekly", _("每周")


class Priority(models.IntegerChoices):
    """1 can wait … 4 urgent; the engine prices an unserved place by it."""

    LOW = 1, _("不急")
    NORMAL = 2, _("一般")
    HIGH = 3, _("优先")
    URGENT = 4, _("急")


class Level(models.TextChoices):
    """Where an order that nobody took up in time waits now."""

    COMMUNITY = "0", _("超时，还在社区")
    STREET = "1", _("超时，已升到街道")
    DISTRICT = "2", _("超时，已升到区")


class UrgentReason(models.TextChoices):
    """What a resident may call urgent. Fire, injury and crime are for 119, 120 and 110."""

    MEDICAL = "medical", _("看病、取药等不了")
    HOME = "home", _("家里漏水、断电、进不了门")
    CARE = "care", _("老人、孩子、病人没人照看")
    FOOD = "food", _("断了吃的、用的")
    OTHER = "other", _("别的急事")


class Danger(models.TextChoices):
    """Risks that the resident declares (条例685 art. 13)."""

    PET = "pet", _("家里有宠物")
    STAIRS = "stairs", _("没有电梯")
    INFECTION = "infection", _("有传染病")
    DEMENTIA = "dementia", _("认知障碍")
    HEIGHT = "height", _("要登高")
    ELECTRIC = "electric", _("要动水电")
    OTHER = "other", _("其他")


class CheckWay(models.TextChoices):
    """How a volunteer checks in or out. A place on the map is never required."""

    CODE = "code", _("服务码")
    QR = "qr", _("二维码")
    WORKER = "worker", _("工作人员登记")
    LOCATION = "location", _("位置")
    RESIDENT = "resident", _("居民确认")
    CLOCK = "clock", _("到 24 点自动签退")


class ReferTo(models.TextChoices):
    """Who answers an order that volunteers cannot."""

    HOTLINE = "12345", _("12345 热线")
    STREET = "street", _("街道")


class Tag(models.TextChoices):
    """What residents say with a tap when they rate."""

    ON_TIME = "on_time", _("准时")
    KIND = "kind", _("态度好")
    SKILLED = "skilled", _("有本事")
    PATIENT = "patient", _("有耐心")
    TIDY = "tidy", _("收拾干净")
    AGAIN = "again", _("还想请这位")
    LATE = "late", _("来晚了")
    RUDE = "rude", _("态度不好")
    UNSKILLED = "unskilled", _("没办好")
    LEFT_EARLY = "left_early", _("走得早")
    ASKED_FEE = "asked_fee", _("要收钱")
    OTHER = "other", _("其他")


PRAISE = (Tag.ON_TIME, Tag.KIND, Tag.SKILLED, Tag.PATIENT, Tag.TIDY, Tag.AGAIN)
BLAME = (Tag.LATE, Tag.RUDE, Tag.UNSKILLED, Tag.LEFT_EARLY, Tag.ASKED_FEE, Tag.OTHER)
#: the tags offered for each number of stars
TAGS = {5: PRAISE, 4: PRAISE, 3: (*PRAISE, *BLAME), 2: BLAME, 1: BLAME}


class PersonChange(models.TextChoices):
    THANK = "thank", _("感谢")
    REPORT = "report", _("反映情况")


MINUTE, DAY, TIMES = _("分钟"), _("天"), _("次")
WORKING = _("工作分钟")
PROPOSAL = "P · domain.md §2.4"
REVIEW_WITHIN = rule("needs.review_within", 480, WORKING, _("受理时限"), PROPOSAL, least=30, most=4800)
REVIEW_URGENT_WITHIN = rule("needs.review_urgent_within", 60, MINUTE, _("急单受理时限"), PROPOSAL, least=10, most=1440)
DISPATCH_WITHIN = rule("needs.dispatch_within", 1440, MINUTE, _("派单时限"), PROPOSAL, least=30, most=10080)
DISPATCH_URGENT_WITHIN = rule("needs.dispatch_urgent_within", 120, MINUTE, _("急单派单时限"), PROPOSAL, least=10, most=1440)
ANSWER_WITHIN = rule("needs.answer_within", 120, MINUTE, _("志愿者答复时限"), PROPOSAL, least=5, most=1440)
ANSWER_URGENT_WITHIN = rule("needs.answer_urgent_within", 15, MINUTE, _("急单答复时限"), PROPOSAL, least=5, most=240)
ANSWER_HIGH_WITHIN = rule("needs.answer_high_within", 60, MINUTE, _("优先单答复时限"), "P · docs/dispatch.md", least=5, most=1440)
ANSWER_LOW_WITHIN = rule("needs.answer_low_within", 240, MINUTE, _("不急的单答复时限"), "P · docs/dispatch.md", least=5, most=2880)
RATING_DAYS = rule("needs.rating_days", 7, DAY, _("评价期"), PROPOSAL, least=1, most=60)
FOLLOW_UP_WITHIN = rule("needs.follow_up_within", 1620, WORKING, _("回访时限（3 个工作日）"), PROPOSAL, least=60, most=16200)
POOR_STARS = rule("needs.poor_stars", 3, _("星"), _("几星以下要回访"), PROPOSAL, least=1, most=5)
ARCHIVE_DAYS = rule("needs.archive_days", 30, DAY, _("评价后几天归档"), "P", least=1, most=365)
ESCALATE_AFTER = rule("needs.escalate_after", 240, MINUTE, _("超时多久升一级"), "P", least=15, most=10080)
WEEK_OFFERS = rule("needs.week_offers", 5, TIMES, _("每位志愿者每周最多问几次"), "P · dispatch.md §4.5", least=1, most=50)
WAVE_SIZE = rule("needs.wave_size", 12, _("位"), _("每一轮最多问几位"), "P · docs/dispatch.md", least=1, most=50)
LAST_AIM = rule("needs.last_aim", 98, _("%"), _("最后一轮要有多大把握有人来"), "P · docs/dispatch.md", least=50, most=99)
REST_HOURS = rule("needs.rest_hours", 6, _("小时"), _("问过以后歇多久再自动问"), "P · docs/dispatch.md", least=0, most=168)
FADE_DAYS = rule("needs.fade_days", 14, DAY, _("没答复过几天只算一半"), "P · docs/dispatch.md", least=1, most=180)
FIRST_WAVE = rule("needs.first_wave", False, _("开/关"), _("受理后上班时间内自动问第一轮（关：只在派单台推荐）"), "P · dispatch.md §4.3")
MOST_WAVES = rule("needs.most_waves", 6, TIMES, _("最多问几轮"), "P", least=1, most=10)
QUIET_FROM = rule("needs.quiet_from", 21, _("点"), _("几点以后不打扰"), "P", least=12, most=24)
QUIET_UNTIL = rule("needs.quiet_until", 8, _("点"), _("几点以前不打扰"), "P", least=0, most=12)
HARD_REACH = rule("needs.hard_reach", 3000, _("米"), _("最远派多远"), "dispatch.md §4.1", least=300, most=30000)
DAY_LIMIT = rule("needs.day_limit", 2, TIMES, _("每位志愿者每天最多几单"), "P", least=1, most=10)
FULL_WEEK = rule("needs.full_week_minutes", 240, MINUTE, _("本周满多久往后放"), "P · ui.md", least=30, most=2400)
OPEN_LIST = rule("needs.open_list", True, _("开/关"), _("志愿者可以自己来接（抢单）"), "P")
EARLY_CHECK_IN = rule("needs.early_check_in", 30, MINUTE, _("最早提前多久签到"), "P", least=0, most=240)
LATE_CHECK_IN = rule("needs.late_check_in", 120, MINUTE, _("过了约定时间多久还能签到"), "P", least=0, most=720)
CHECK_IN_METRES = rule("needs.check_in_metres", 300, _("米"), _("按位置签到的最远距离"), "P · domain.md §2.1", least=50, most=5000)
CODE_TRIES = rule("needs.code_tries", 5, TIMES, _("服务码每 15 分钟最多试几次"), "P", least=3, most=20)
OPEN_ORDERS = rule("needs.open_orders", 10, _("单"), _("每位居民同时最多几单未办结"), "P", least=1, most=100)
AHEAD_DAYS = rule("needs.ahead_days", 60, DAY, _("最多提前几天点单"), "P", least=1, most=365)
URGENT_HOURS = rule("needs.urgent_hours", 24, _("小时"), _("居民说急：多少小时以内的事才算急"), "P", least=1, most=72)
URGENT_OPEN = rule("needs.urgent_open", 1, _("单"), _("每位居民同时最多几张急单（0 为不开放）"), "P", least=0, most=5)
RESIDENT_URGENT = rule("needs.resident_urgent_priority", 4, _("级"), _("居民说急，受理以前先按几级（4 最急）"), "P", least=2, most=4)
REMIND_HOUR = rule("needs.remind_hour", 17, _("点"), _("服务前一天几点提醒双方（0 为不提醒）"), "P", least=0, most=21)
WEEKLY_AHEAD = rule("needs.weekly_ahead_days", 7, DAY, _("每周的订单提前几天生成"), "P", least=1, most=14)
WALK_DETOUR = rule("needs.walk_detour", 130, "%", _("走的路是直线的百分之几（没有路网时）"), "P · dispatch.md §3", least=100, most=300)
WALK_PACE = rule("needs.walk_pace", 75, _("米/分钟"), _("走路多快"), "P · dispatch.md §3", least=20, most=120)
