"""Codes of people, national where they exist."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
