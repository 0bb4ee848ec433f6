"""Invented names: of people by the frequency of surnames, of communities, lanes, teams."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

SURNAMES = list(
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文冉向"
)
WOMEN = [
    "秀芳",
    "桂英",
    "淑珍",
    "玉兰",
    "素芬",
    "小红",
    "丽华",
    "晓梅",
    "春燕",
    "雪梅",
    "建英",
    "志芳",
    "慧敏",
    "思琪",
    "雨桐",
    "佳怡",
    "梦瑶",
    "欣妍",
    "子涵",
    "静",
    "敏",
    "燕",
    "娟",
    "琳",
    "婷",
    "丹",
    "兰",
    "霞",
    "莉",
    "蓉",
    "倩",
    "颖",
    "洁",
    "文静",
    "红梅",
    "国芬",
    "光碧",
    "德芬",
    "世珍",
    "明秀",
    "朝芬",
    "泽英",
]
MEN = [
    "建国",
    "国强",
    "志明",
    "德华",
    "光荣",
    "世全",
    "明远",
    "启明",
    "文杰",
    "俊杰",
    "浩然",
    "子轩",
    "宇航",
    "志强",
    "建军",
    "小军",
    "永福",
    "天林",
    "大成",
    "伟",
    "勇",
    "军",
    "涛",
    "磊",
    "强",
    "鹏",
    "波",
    "杰",
    "超",
    "斌",
    "刚",
    "毅",
    "林",
    "永贵",
    "朝文",
    "泽民",
    "兴华",
    "长江",
    "正德",
    "昌明",
    "开云",
]
AREA_FIRST = list("春晖黎明新华和平龙山松林金竹银桥石门江岸长安康宁福星朝阳红岩桂花柏树兴隆万年天星白云青松玉带莲花")
AREA_SECOND = ["新", "园", "湾", "坪", "桥", "岭", "溪", "台", "庄", "苑", "里", "井", "坡", "冲", "塘", "角", "岗", "堡", "林", "泉"]
LANES = [
    "桂花巷",
    "梯坎巷",
    "南桥巷",
    "学堂巷",
    "红岩巷",
    "石板路",
    "望江路",
    "榕树街",
    "青石巷",
    "文昌街",
    "水井巷",
    "百花路",
    "观音岩路",
    "松柏路",
    "书院街",
    "码头路",
]
TEAM_WORDS = [
    "红马甲",
    "邻里守望",
    "银龄互助",
    "春雨",
    "暖阳",
    "向日葵",
    "萤火虫",
    "银杏",
    "橙心",
    "青鸟",
    "爱心",
    "同心",
    "雷锋",
    "巾帼",
    "橄榄绿",
    "益家",
]
TEAM_KINDS = [
    ("陪诊助医队", ["0004", "0017"]),
    ("义剪队", ["0001", "0017"]),
    ("家电义修队", ["0001", "0007"]),
    ("助餐队", ["0001", "0017"]),
    ("护学队", ["0011", "0003"]),
    ("心灵驿站", ["0004", "0017"]),
    ("平安巡逻队", ["0009", "0001"]),
    ("应急救援队", ["0013", "0012"]),
    ("文艺队", ["0008", "0015"]),
    ("环保队", ["0006", "0010"]),
    ("法律服务队", ["0005", "0009"]),
    ("科普队", ["0007", "0003"]),
]


def surnames(rng: Generator, size: int) -> np.ndarray:
    weights = 1 / (np.arange(len(SURNAMES)) + 4.0)
    return rng.choice(SURNAMES, size=size, p=weights / weights.sum())


def people(rng: Generator, women: np.ndarray) -> list[str]:
    """A full name for each entry of `women` (True: a woman's)."""
    size = len(women)
    first = surnames(rng, size)
    hers, his = rng.integers(0, len(WOMEN), size), rng.integers(0, len(MEN), size)
    return [first[i] + (WOMEN[hers[i]] if women[i] else MEN[his[i]]) for i in range(size)]


def communities(rng: Generator, size: int) -> list[str]:
    """Names that do not repeat within one draw."""
    pool = [a + b for a in dict.fromkeys(AREA_FIRST) for b in AREA_SECOND]
    return [f"{name}社区" for name in rng.permutation(pool)[:size]]
