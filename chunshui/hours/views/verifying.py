"""Checking without us: the keys, the signed list of revoked proofs, the page that verifies in the browser, and the same as one file."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chunshui.hours import commands, queries
from chunshui.kernel.errors import NotFound

STYLE = (
    "body{font:17px/1.6 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1e1a1a}h1{color:#a50d17}"
    "#verdict{border-left:6px solid #5f5757;background:#f6f4f2;padding:1rem;margin-top:1rem}"
    "#verdict[data-word=genuine]{border-color:#23753a}#verdict[data-word=altered],#verdict[data-word=untrusted],#verdict[data-word=revoked]{border-color:#8c1116}"
    "dt{color:#5f5757}dd{margin:0 0 .5rem}input{font:inherit}"
)


def _data() -> dict[str, Any]:
    """What the script needs: keys, revoked ids as signed, and the words in the reader's language."""
    words = {
        "genuine": _("真实有效：签名和出具方的钥匙对得上，没有改动过。"),
        "altered": _("不可信：内容在出具以后被改动过。"),
        "untrusted": _("不可信：不是用出具方的钥匙签的。"),
        "revoked": _("已撤销：出具方撤回了这份证明。"),
        "unreadable": _("认不出来：这不是我们出具的证明文件。"),
        "old": _("这个浏览器不能验证签名，请换一个新一点的。"),
        "number": _("证明编号"),
        "name": _("姓名"),
        "unit": _("出具单位"),
        "period": _("起止日期"),
        "minutes": _("时长（分钟）"),
        "services": _("服务次数"),
        "issued": _("出具日期"),
        "publicity": _("公示至"),
    }
    return {"keys": queries.key_file()["keys"], "revoked": commands.sign_revocations(now=timezone.now()), "words": words}


@require_safe
def key_file(request: HttpRequest) -> JsonResponse:
    return _open(queries.key_file())


@require_safe
def revoked_proofs(request: HttpRequest) -> JsonResponse:
    return _open(commands.sign_revocations(now=timezone.now()))


@require_safe
def did_document(request: HttpRequest) -> JsonResponse:
    found = queries.did_document()
    if not found["id"].startswith("did:web:"):
        raise NotFound
    return _open(found)


def _open(document: dict[str, Any]) -> JsonResponse:
    """Public on purpose: wallets and pages of others fetch it."""
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def verify_proof(request: HttpRequest) -> HttpResponse:
    """The file stays in the browser: nothing is uploaded."""
    return render(request, "hours/verify_proof.html", {"data": _data()})


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The same as one file to keep: keys and revoked proofs of today inside, works without a network."""
    data = _data()
    path = finders.find("hours/verify.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        script = file.read()
    plain = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    title, day = escape(_("验证志愿服务记录证明")), timezone.localdate().isoformat()
    lead = escape(_("选择证明文件（PDF、JSON 或 JWT）。文件不会离开这台电脑，不用联网。"))
    until = escape(_("撤销名单截至 %(day)s。") % {"day": day})
    body = (
        f'<!doctype html><html lang="{"en" if get_language() == "en" else "zh-Hans"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title><style>{STYLE}</style></head><body><main>'
        f'<h1>{title}</h1><p><label for="proof-file">{lead}</label></p><p><input type="file" id="proof-file" accept=".pdf,.json,.jwt"></p>'
        f'<div id="verdict" role="status"></div><p>{until}</p></main>'
        f'<script type="application/json" id="verify-data">{plain}</script><script>{script}</script></body></html>'
    )
    answer = HttpResponse(body, content_type="text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="verifier.html"'
    return answer
