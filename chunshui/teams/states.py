"""National codes of teams (domain.md §1.8) and the life of a team and a membership."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Text
from chunshui.kernel.steps import Step


class TeamKind(models.TextChoices):
    GROUP = "1", _("志愿服务团体")
    ORGANISATION = "2", _("志愿服务组织")
    LEGAL = "3", _("其他法人组织")


class HostKind(models.TextChoices):
    PARTY_STATE = "01", _("党政机关")
    EDUCATION = "02", _("教育单位")
    HEALTH = "03", _("卫生单位")
    SCIENCE = "04", _("科技单位")
    CULTURE = "05", _("文化单位")
    WELFARE = "06", _("社会福利单位")
    INSTITUTION = "07", _("其他事业单位")
    MASS = "08", _("群团组织")
    RESIDENTS = "09", _("居委会")
    VILLAGERS = "10", _("村委会")
    STATE_FIRM = "11", _("国有企业")
    FIRM = "12", _("非国有企业")
    ASSOCIATION = "13", _("社会团体")
    SERVICE = "14", _("社会服务机构")
    FOUNDATION = "15", _("基金会")
    SOCIAL = "16", _("社会组织")
    OTHER = "99", _("其他")


class ServiceCategory(models.TextChoices):
    """National service categories."""

    COMMUNITY = "0001", _("社区服务")
    POVERTY = "0002", _("扶贫减贫")
    TEACHING = "0003", _("支教助学")
    HEALTH = "0004", _("卫生健康")
    LAW = "0005", _("法律服务")
    ENVIRONMENT = "0006", _("环境保护")
    SCIENCE = "0007", _("科技科普")
    ARTS = "0008", _("文化艺术")
    SAFETY = "0009", _("平安综治")
    MANNERS = "0010", _("文明风尚")
    TRAFFIC = "0011", _("交通引导")
    FIRE = "0012", _("志愿消防")
    RESCUE = "0013", _("应急救援")
    DRUGS = "0014", _("禁毒宣传")
    SPORTS = "0015", _("体育健身")
    TOURISM = "0016", _("旅游服务")
    CARE = "0017", _("关爱特殊群体")
    EVENTS = "0018", _("大型活动")
    ABROAD = "0019", _("海外志愿服务")
    TAX = "0020", _("税收服务")
    OTHER = "0099", _("其他")


class JoinWay(models.TextChoices):
    REVIEWED = "1", _("申请后审核")
    OPEN = "2", _("实名志愿者都可加入")
    CLOSED = "3", _("不开放")
    PASS_CODE = "4", _("凭口令加入")


class TeamState(models.TextChoices):
    """Values are the national status codes."""

    PENDING = "2", _("待审核")
    APPROVED = "1", _("已审核")
    REFUSED = "0", _("未通过")
    SUSPENDED = "3", _("停用")


TEAM_STEPS = {
    "approve": Step(frozenset({TeamState.PENDING}), TeamState.APPROVED, _("审核通过")),
    "refuse": Step(frozenset({TeamState.PENDING}), TeamState.REFUSED, _("不通过")),
    "refile": Step(frozenset({TeamState.REFUSED}), TeamState.PENDING, _("重新提交")),
    "suspend": Step(frozenset({TeamState.APPROVED}), TeamState.SUSPENDED, _("停用")),
    "restore": Step(frozenset({TeamState.SUSPENDED}), TeamState.APPROVED, _("恢复")),
}


class MemberState(models.TextChoices):
    """Values 1 to 3 are the national codes; 4 is ours."""

    MEMBER = "1", _("成员")
    APPLYING = "2", _("申请中")
    REFUSED = "3", _("未通过")
    LEFT = "4", _("已离队")


MEMBER_STEPS = {
    "accept": Step(frozenset({MemberState.APPLYING}), MemberState.MEMBER, _("通过")),
    "refuse": Step(frozenset({MemberState.APPLYING}), MemberState.REFUSED, _("不通过")),
    "leave": Step(frozenset({MemberState.MEMBER, MemberState.APPLYING}), MemberState.LEFT, _("离队")),
    "reapply": Step(frozenset({MemberState.REFUSED, MemberState.LEFT}), MemberState.APPLYING, _("重新申请")),
}


MOST_CATEGORIES = 4
MOST_OPINION = 25

# --- GB 32100-2015, unified social credit code: 18 characters without I, O, S, V, Z; the last one checks the others
CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 18
ORGANISATION_PREFIXES = ("51", "52", "53")  # 社会团体, 社会服务机构, 基金会 (条例 art. 8)


def credit_code_fault(code: str) -> Text:
    """What is wrong with a unified social credit code, in words that say where to look; empty when nothing is."""
    if len(code) != CODE_LENGTH:
        return _("统一社会信用代码是 18 位，现在是 %(length)d 位。") % {"length": len(code)}
    for position, letter in enumerate(code, start=1):
        if letter not in CODE_LETTERS:
            return _("第 %(position)d 位“%(letter)s”不会出现在代码里（不用字母 I、O、S、V、Z）。") % {"position": position, "letter": letter}
    total = sum(CODE_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:-1]))
    if CODE_LETTERS[-total % 31] != code[-1]:
        return _("代码对不上：最后一位是校验码，请对照证书逐位核对。")
    return ""
