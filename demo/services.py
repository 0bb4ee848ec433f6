"""The menu of the demonstration district."""

from __future__ import annotations

from chunshui.needs.models import Service
from chunshui.people.states import CredentialKind, Skill


def _mask(skills: tuple[Skill, ...] = (), credentials: tuple[CredentialKind, ...] = ()) -> int:
    return sum(1 << (skill - 1) for skill in skills) | sum(1 << (23 + kind) for kind in credentials)


#: code, name, English, spoken, spoken English, category, icon, tone, minutes, required, useful, gender wish, volunteers, groups, risk, risk English, words
MENU = [
    ("escort", "陪同就医", "Hospital escort", "陪我看病", "Go to the doctor with me", "0017", "hospital", "river", 150,
     _mask((Skill.NURSING,)), _mask((), (CredentialKind.ESCORT, CredentialKind.WHEELCHAIR)), True, 1, [],
     "上下楼要扶稳；不代签字，不代拿主意。", "Hold on firmly on stairs; do not sign or decide for the resident.",
     ["看病", "医院", "复查", "陪诊", "挂号", "拿药", "检查", "化验", "门诊", "体检"]),
    ("errand", "代买代取", "Shopping and errands", "帮我买东西", "Buy things for me", "0001", "basket", "gold", 40,
     0, _mask((Skill.DRIVING,)), False, 1, [], "不经手现金大额款项，留小票。", "Keep receipts; no large cash.",
     ["买菜", "买米", "买药", "取药", "取快递", "代买", "代取", "跑腿", "超市"]),
    ("haircut", "上门理发", "Haircut at home", "上门理发", "Haircut at home", "0001", "scissors", "", 45,
     _mask((Skill.HAIRDRESSING,)), 0, True, 1, ["old", "disabled"], "卧床居民要两人配合。", "Bedridden residents need two people.",
     ["理发", "剪头发", "剃头", "修面"]),
    ("repair", "家电小修", "Small repairs", "修家里东西", "Fix things at home", "0001", "wrench", "ink", 60,
     _mask((Skill.REPAIR,)), _mask((Skill.PLUMBING,), (CredentialKind.ELECTRICIAN,)), False, 1, [],
     "断电断水后再动手；不登高。", "Cut power and water first; no heights.",
     ["水管", "漏水", "电灯", "灯泡", "开关", "马桶", "电视", "冰箱", "空调", "维修", "修理", "门锁"]),
    ("meal", "助餐送餐", "Meals", "给我送饭", "Bring me a meal", "0001", "soup", "gold", 40,
     0, _mask((Skill.COOKING,), (CredentialKind.HEALTH,)), False, 1, ["old", "disabled"], "注意保温和过敏。", "Keep food warm; mind allergies.",
     ["送饭", "送餐", "吃饭", "做饭", "助餐", "午饭", "晚饭"]),
    ("company", "陪聊关怀", "Company", "陪我说说话", "Keep me company", "0017", "chat-heart", "", 60,
     0, _mask((Skill.PSYCHOLOGY, Skill.ELDER_CARE)), True, 1, [], "不谈借钱、投资和保健品。", "No talk of loans, investments or supplements.",
     ["聊天", "说话", "陪伴", "孤单", "解闷", "探望", "看望"]),
    ("after-school", "课后看护", "After-school care", "看一下娃儿", "Look after my child", "0003", "book", "leaf", 90,
     _mask((Skill.CHILD_CARE,), (CredentialKind.NO_RECORD,)), _mask((Skill.TEACHING,), (CredentialKind.CHILD_CARE,)), True, 1, ["young"],
     "两位以上成人可见的地方；不单独外出。", "Stay where two adults can see; no outings alone.",
     ["放学", "孩子", "娃儿", "作业", "接送", "看护", "辅导"]),
    ("phone-help", "手机电脑帮忙", "Phone and computer help", "教我用手机", "Help with my phone", "0007", "help", "river", 45,
     _mask((Skill.COMPUTER,)), 0, False, 1, [], "不碰银行密码和验证码。", "Never touch bank passwords or codes.",
     ["手机", "电脑", "微信", "上网", "视频", "健康码", "社保认证"]),
    ("wheelchair", "推轮椅出门", "Wheelchair outing", "推我出去走走", "Take me out in my wheelchair", "0017", "wheelchair", "leaf", 90,
     _mask((Skill.DISABILITY,)), _mask((), (CredentialKind.WHEELCHAIR,)), True, 2, ["old", "disabled"], "下坡倒推，过街走斑马线。",
     "Go down slopes backwards; use crossings.", ["轮椅", "晒太阳", "下楼", "散步", "出门"]),
    ("cleaning", "居室清洁", "Home cleaning", "打扫屋子", "Clean my home", "0001", "droplet", "river", 90,
     0, _mask((Skill.CLEANING,)), True, 2, ["old", "disabled", "hardship"], "不登高擦窗，不搬重物。", "No windows at height, no heavy loads.",
     ["打扫", "卫生", "擦玻璃", "清洁", "大扫除", "洗被子"]),
    ("law", "法律咨询", "Legal advice", "问问法律", "Ask about the law", "0005", "shield", "ink", 45,
     _mask((Skill.LAW,), (CredentialKind.LAWYER,)), 0, False, 1, [], "只咨询，不代理。", "Advice only, no representation.",
     ["法律", "合同", "纠纷", "赡养", "房产", "离婚", "欠款"]),
    ("mediation", "矛盾调解", "Mediation", "帮忙说和", "Help settle a quarrel", "0009", "handshake", "", 60,
     _mask((Skill.MEDIATION,)), 0, False, 2, [], "两位一起上门，先听后说。", "Go in pairs; listen first.",
     ["吵架", "邻居", "噪音", "调解", "矛盾", "漏到楼下"]),
    ("paperwork", "帮办填表", "Forms and paperwork", "帮我填表", "Help with forms", "0001", "file", "ink", 45,
     0, _mask((), (CredentialKind.SOCIAL_WORKER,)), False, 1, [], "不留存证件复印件。", "Keep no copies of papers.",
     ["填表", "低保", "申请", "社保", "医保", "办证", "材料"]),
    ("counselling", "心理疏导", "Counselling", "心里不好受", "I feel low", "0004", "heart-hand", "river", 60,
     _mask((Skill.PSYCHOLOGY,), (CredentialKind.COUNSELLOR,)), 0, True, 1, [], "有危险先打 120、110。", "In danger call 120 or 110 first.",
     ["心理", "焦虑", "失眠", "抑郁", "难过", "压力"]),
]  # fmt: skip
COLUMNS = (
    "code", "name", "name_en", "spoken", "spoken_en", "category", "icon", "tone", "minutes", "required", "useful", "gender_wish",
    "volunteers", "for_groups", "risk_note", "risk_note_en", "words",
)  # fmt: skip


def build() -> list[Service]:
    for position, line in enumerate(MENU):
        Service.objects.get_or_create(code=line[0], defaults={**dict(zip(COLUMNS[1:], line[1:], strict=True)), "position": position})
    return list(Service.objects.order_by("position", "id"))
