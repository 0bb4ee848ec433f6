"""The first version of each text that is agreed to. A later version is a row of its own and asks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chunshui.people.states.consents import ConsentKind


@dataclass(frozen=True)
class FirstText:
    body: str
    body_en: str


FIRST_ON = date(2026, 1, 1)
FIRST_TEXTS = {
    ConsentKind.PRIVACY: FirstText(
        "本站由本区社会工作部门管理。我们记录您的姓名、性别、生日、电话、所在社区、特长和空闲时间，只用来安排志愿服务、记录时长和开具证明。"
        "记录保存到您注销为止，服务时长按国家规定以化名保留。您随时可以查看、改正、导出、撤回同意或注销。",
        "This site is run by the district's department of social work. We keep your name, sex, birthday, phone, community, skills and free time, "
        "only to arrange voluntary service, record hours and issue proofs. We keep them until you close your account; hours stay under a "
        "pseudonym as the law requires. You can see, correct, export, withdraw or erase at any time.",
    ),
    ConsentKind.SENSITIVE: FirstText(
        "证件号码是敏感个人信息。我们只用它核对您是本人、防止重复注册，加密保存，屏幕上打星号。每次有人查看都要写原因，您能看到是谁看的。",
        "Your identity number is sensitive personal information. We use it only to check that you are you and not registered twice. It is kept "
        "encrypted and masked on screen. Whoever looks at it must give a reason, and you can see who did.",
    ),
    ConsentKind.SHARE: FirstText(
        "您接下一单以后，被服务的人能看到您的姓名和电话，方便联系。没有接单时谁也看不到。不同意也可以服务，由社区转达。",
        "After you accept a request, the person you help sees your name and phone so that you can reach each other. Nobody sees them before. "
        "You can serve without this; the community then passes messages on.",
    ),
    ConsentKind.LOCATION: FirstText(
        "签到时读取一次手机位置，用来确认您到了。只在签到那一刻读，不跟踪。不同意可以用服务码签到，效果一样。",
        "When you check in, your phone's position is read once to confirm that you arrived. It is never tracked. Without this you check in with "
        "the service code, which counts just the same.",
    ),
    ConsentKind.GUARDIAN: FirstText(
        "我是这个孩子的监护人。我同意孩子注册志愿者、由本站处理孩子的个人信息，并会看好孩子的安全。危险的服务不会派给孩子。",
        "I am this child's guardian. I agree that the child registers as a volunteer and that this site handles the child's personal "
        "information, and I will look after the child's safety. Dangerous services are never given to a child.",
    ),
    ConsentKind.PUBLISH: FirstText(
        "可以在社区公开栏和网站上展示我的姓名和服务照片。不同意不影响服务。",
        "My name and photos of my service may be shown on the community's notice board and site. Saying no changes nothing about serving.",
    ),
    ConsentKind.PROXY: FirstText(
        "我请这个人替我点单、确认和评价，他能看到我的单子、电话和住址。我随时可以收回。",
        "I ask this person to order, confirm and rate for me. They see my requests, phone and address. I can take this back at any time.",
    ),
    ConsentKind.ADDRESS: FirstText(
        "把这次写的地址记在我的资料里，和我的姓名、电话放在一起，下次点单自动带出来。地址加密保存，接单前志愿者看不到。我随时可以收回，收回后地址就删掉。",
        "Keep the address of this request in my profile, with my name and phone, so that the next request fills it in. It is stored encrypted, and "
        "no volunteer sees it before accepting. I can take this back at any time; the address is then deleted.",
    ),
}
#: without these two nobody can be registered; each of the others is free (PIPL 16)
NECESSARY = (ConsentKind.PRIVACY, ConsentKind.SENSITIVE)
OPTIONAL = (ConsentKind.SHARE, ConsentKind.LOCATION, ConsentKind.PUBLISH)
