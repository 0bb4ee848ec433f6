"""Codes of people (national where they exist, domain.md §1.8) and the life of a volunteer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.steps import Step


class Sex(models.IntegerChoices):
    UNKNOWN = 0, _("未说明")
    MALE = 1, _("男")
    FEMALE = 2, _("女")


class IdKind(models.TextChoices):
    """National codes of identity papers."""

    RESIDENT = "01", _("居民身份证")
    HONG_KONG = "02", _("港澳居民来往内地通行证（香港）")
    MACAO = "03", _("港澳居民来往内地通行证（澳门）")
    TAIWAN = "04", _("台湾居民来往大陆通行证")
    PASSPORT = "05", _("护照")
    OFFICER = "06", _("军官证")
    SOLDIER = "07", _("士兵证")
    OTHER = "99", _("其他证件")


class FocusGroup(models.TextChoices):
    """一老一小一残一困."""

    OLD = "old", _("一老")
    YOUNG = "young", _("一小")
    DISABLED = "disabled", _("一残")
    HARDSHIP = "hardship", _("一困")


class Skill(models.IntegerChoices):
    """National skill codes 01–23 and 99 (kept as 24): bit n-1 of a skill mask. Names between 01 and 23 are the district's own."""

    FIRST_AID = 1, _("医疗急救")
    NURSING = 2, _("护理陪诊")
    PSYCHOLOGY = 3, _("心理疏导")
    LAW = 4, _("法律咨询")
    TEACHING = 5, _("辅导教学")
    CHILD_CARE = 6, _("儿童看护")
    ELDER_CARE = 7, _("老人照护")
    DISABILITY = 8, _("助残服务")
    HAIRDRESSING = 9, _("理发美发")
    REPAIR = 10, _("家电维修")
    PLUMBING = 11, _("水电安装")
    CLEANING = 12, _("家政清洁")
    COOKING = 13, _("烹饪助餐")
    DRIVING = 14, _("驾驶运输")
    COMPUTER = 15, _("电脑手机")
    LANGUAGE = 16, _("外语翻译")
    SIGN_LANGUAGE = 17, _("手语")
    MEDIATION = 18, _("矛盾调解")
    ARTS = 19, _("文艺表演")
    SPORTS = 20, _("体育健身")
    ENVIRONMENT = 21, _("环保园艺")
    EMERGENCY = 22, _("应急救援")
    PHOTOGRAPHY = 23, _("摄像摄影")
    OTHER = 24, _("其他特长")


class CredentialKind(models.IntegerChoices):
    """Papers that a service may demand; bit 23+n of a qualification mask."""

    ESCORT = 1, _("陪诊培训证")
    WHEELCHAIR = 2, _("轮椅助行培训证")
    NURSE = 3, _("护士执业证")
    FIRST_AID = 4, _("急救员证")
    ELECTRICIAN = 5, _("电工证")
    DRIVER = 6, _("驾驶证")
    SOCIAL_WORKER = 7, _("社会工作者证")
    COUNSELLOR = 8, _("心理咨询师证")
    CHILD_CARE = 9, _("托育培训证")
    LAWYER = 10, _("律师执业证")
    HEALTH = 11, _("健康证")
    NO_RECORD = 12, _("无犯罪记录证明")


class Language(models.IntegerChoices):
    """Bit n-1 of a language mask."""

    MANDARIN = 1, _("普通话")
    CHONGQING = 2, _("重庆话")
    ENGLISH = 3, _("英语")
    SIGN = 4, _("手语")
    CANTONESE = 5, _("粤语")
    OTHER = 6, _("其他语言")


class FreeTime(models.IntegerChoices):
    """The 24 national free-time slots: Monday to Sunday and holidays × morning, afternoon, evening; bit n-1 of a slot mask."""

    MON_AM = 1, _("周一上午")
    MON_PM = 2, _("周一下午")
    MON_EVE = 3, _("周一晚上")
    TUE_AM = 4, _("周二上午")
    TUE_PM = 5, _("周二下午")
    TUE_EVE = 6, _("周二晚上")
    WED_AM = 7, _("周三上午")
    WED_PM = 8, _("周三下午")
    WED_EVE = 9, _("周三晚上")
    THU_AM = 10, _("周四上午")
    THU_PM = 11, _("周四下午")
    THU_EVE = 12, _("周四晚上")
    FRI_AM = 13, _("周五上午")
    FRI_PM = 14, _("周五下午")
    FRI_EVE = 15, _("周五晚上")
    SAT_AM = 16, _("周六上午")
    SAT_PM = 17, _("周六下午")
    SAT_EVE = 18, _("周六晚上")
    SUN_AM = 19, _("周日上午")
    SUN_PM = 20, _("周日下午")
    SUN_EVE = 21, _("周日晚上")
    HOLIDAY_AM = 22, _("节假日上午")
    HOLIDAY_PM = 23, _("节假日下午")
    HOLIDAY_EVE = 24, _("节假日晚上")


class RoleKind(models.TextChoices):
    RESIDENT = "resident", _("居民")
    VOLUNTEER = "volunteer", _("志愿者")
    LEADER = "leader", _("队长")
    GRID_WORKER = "grid_worker", _("网格员")
    COMMUNITY_WORKER = "community_worker", _("社区工作者")
    STREET_OFFICIAL = "street_official", _("街道工作人员")
    DISTRICT_OFFICIAL = "district_official", _("区级工作人员")
    OPERATOR = "operator", _("平台运维")


STAFF = frozenset({RoleKind.GRID_WORKER, RoleKind.COMMUNITY_WORKER, RoleKind.STREET_OFFICIAL, RoleKind.DISTRICT_OFFICIAL})
REVIEWERS = STAFF - {RoleKind.GRID_WORKER}
SECOND_FACTOR = STAFF | {RoleKind.OPERATOR}


@dataclass(frozen=True)
class Acting:
    """The one role in which a person acts now. `area_path` is empty where the role is bound to no area."""

    kind: str = RoleKind.RESIDENT.value
    role_id: int | None = None
    area_id: int | None = None
    area_path: str = ""
    team_id: int | None = None
    confirmed: bool = True

    def reaches(self, path: str) -> bool:
        """Whether a staff role's area is, or lies above, the area with this path."""
        return self.kind in STAFF and self.confirmed and bool(self.area_path) and path.startswith(self.area_path)


class VolunteerState(models.TextChoices):
    PENDING = "pending", _("待审核")
    ACTIVE = "active", _("可服务")
    PAUSED = "paused", _("暂停接单")
    REFUSED = "refused", _("未通过")
    LEFT = "left", _("已退出")


STEPS = {
    "approve": Step(frozenset({VolunteerState.PENDING}), VolunteerState.ACTIVE, _("审核通过")),
    "refuse": Step(frozenset({VolunteerState.PENDING}), VolunteerState.REFUSED, _("不通过")),
    "reapply": Step(frozenset({VolunteerState.REFUSED, VolunteerState.LEFT}), VolunteerState.PENDING, _("重新报名")),
    "pause": Step(frozenset({VolunteerState.ACTIVE}), VolunteerState.PAUSED, _("暂停")),
    "resume": Step(frozenset({VolunteerState.PAUSED}), VolunteerState.ACTIVE, _("恢复")),
    "leave": Step(frozenset({VolunteerState.PENDING, VolunteerState.ACTIVE, VolunteerState.PAUSED}), VolunteerState.LEFT, _("退出")),
}


class ConsentKind(models.TextChoices):
    """Each is given separately (PIPL art. 14, 23, 29, 31)."""

    PRIVACY = "privacy", _("个人信息处理规则")
    SENSITIVE = "sensitive", _("敏感个人信息单独同意")
    SHARE = "share", _("向服务对象提供联系方式")
    LOCATION = "location", _("签到时读取位置")
    GUARDIAN = "guardian", _("监护人同意")
    PUBLISH = "publish", _("公开展示姓名和照片")
    PROXY = "proxy", _("请人代办")


class CredentialState(models.TextChoices):
    PENDING = "pending", _("待审核")
    VALID = "valid", _("有效")
    REFUSED = "refused", _("未通过")


class RelationKind(models.TextChoices):
    GUARDIAN = "guardian", _("监护人")
    FAMILY = "family", _("家人")
    NEIGHBOUR = "neighbour", _("邻居")


class Channel(models.TextChoices):
    SELF = "self", _("本人")
    DESK = "desk", _("工作人员代办")
    PHONE = "phone", _("电话")
    GUARDIAN = "guardian", _("监护人")
