"""How a line of the menu looks: its picture and its colour, both drawn already."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Icon(models.TextChoices):
    HOSPITAL = "hospital", _("医院")
    BASKET = "basket", _("篮子")
    SCISSORS = "scissors", _("剪刀")
    WRENCH = "wrench", _("扳手")
    HAMMER = "hammer", _("锤子")
    SOUP = "soup", _("一碗汤")
    UTENSILS = "utensils", _("碗筷")
    PILL = "pill", _("药")
    STETHOSCOPE = "stethoscope", _("听诊器")
    CHAT_HEART = "chat-heart", _("聊天")
    HEART_HAND = "heart-hand", _("捧着心的手")
    HANDSHAKE = "handshake", _("握手")
    BOOK = "book", _("书")
    SCHOOL = "school", _("学校")
    BABY = "baby", _("婴儿")
    WHEELCHAIR = "wheelchair", _("轮椅")
    WALK = "walk", _("走路")
    CAR = "car", _("汽车")
    BUS = "bus", _("公交车")
    TRUCK = "truck", _("货车")
    DROPLET = "droplet", _("水滴")
    BRUSH = "brush", _("刷子")
    LAMP = "lamp", _("灯")
    PLUG = "plug", _("插头")
    SMARTPHONE = "smartphone", _("手机")
    MONITOR = "monitor", _("电脑")
    PHONE = "phone", _("电话")
    HELP = "help", _("问号")
    FILE = "file", _("表格")
    SCALE = "scale", _("天平")
    SHIELD = "shield", _("盾牌")
    HOME_CARE = "home-care", _("房子")
    BED = "bed", _("床")
    SPROUT = "sprout", _("苗")
    MUSIC = "music", _("音乐")
    GIFT = "gift", _("礼物")
    MEGAPHONE = "megaphone", _("喇叭")
    LANGUAGES = "languages", _("翻译")
    CAMERA = "camera", _("相机")
    HEART = "heart", _("爱心")


#: the colour of a picture: the first is the house's red
TONES = [("", _("红")), ("river", _("青")), ("gold", _("金")), ("leaf", _("绿")), ("ink", _("灰"))]
