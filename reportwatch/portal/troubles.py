"""What goes wrong on real sites, each as one change to the answer that the site would have given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire. `promised` is the Content-Length if it lies; None in `status` hangs up unanswered."""

    status: int | None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


HTML = {"Content-Type": "text/html; charset=utf-8"}


def html(text: str, status: int = 200) -> Answer:
    """A page without validators."""
    return Answer(
        status,
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{text}</body></html>".encode(),
        HTML,
    )


CAPTCHA = html(
    "<title>安全验证</title><div class='captcha'><h2>访问过于频繁，请完成安全验证</h2>"
    "<form action='/_waf/verify' method='post'><img src='/_waf/code.png'><input name='code' placeholder='请输入验证码'>"
    "<button>提交</button></form></div>"
)
MAINTENANCE = html(
    "<div style='text-align:center'><h1>系统维护中</h1><p>网站正在升级维护，暂停服务，请稍后访问。</p></div>"
)
ERROR_PAGE = html("<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除！</p><p><a href='/'>返回首页</a></p>")
JS_SHELL = html(
    "<div id='app'></div><script src='/static/js/chunk-vendors.js'></script><script src='/static/js/app.js'></script>"
)
JS_CHALLENGE = html(
    "<script>document.cookie='__jsl_clearance_s='+(function(){return '1';})();location.reload();</script>",
    521,
)
SHIELD = html("<script src='/Rsf3.js'></script><script>_$p8();</script>", 412)
FIREWALL = html("<h1>403 Forbidden</h1><p>您的请求疑似攻击行为！网站防火墙已拦截。</p>", 403)


def _half(answer: Answer) -> Answer:
    """The first half as a whole: the server promises no more than it sends."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _cut(answer: Answer) -> Answer:
    """The connection ends in the middle of what was promised."""
    return replace(answer, body=answer.body[: len(answer.body) // 2], promised=len(answer.body))


def _redesigned(answer: Answer) -> Answer:
    """The same page after a relaunch: the rows are drawn by a script that this site's readers do not know."""
    text = answer.body.decode("utf-8", "replace")
    for old, new in (
        ("<A ", "<span "),
        ("<a ", "<span "),
        ("href=", "data-to="),
        ("createPageHTML(", "renderPager("),
        ("<li", "<div"),
        ("<TR", "<div"),
        ("<TD", "<div"),
    ):
        text = text.replace(old, new)
    return replace(answer, body=text.encode())


def _without_rows(answer: Answer) -> Answer:
    """The page's frame, and not one row in it."""
    text = answer.body.decode("utf-8", "replace")
    head, _, tail = text.partition("<TBODY>" if "<TBODY>" in text else '<ul class="newslist">')
    closing = "</TBODY>" if "</TBODY>" in text else "</ul>"
    return replace(answer, body=f"{head}{tail[tail.find(closing) :]}".encode())


TROUBLES: dict[str, Callable[[Answer], Answer]] = {
    "captcha": lambda _: CAPTCHA,
    "maintenance": lambda _: MAINTENANCE,
    "error page": lambda _: ERROR_PAGE,
    "js shell": lambda _: JS_SHELL,
    "firewall": lambda _: FIREWALL,
    "shield": lambda _: SHIELD,
    "js challenge": lambda _: JS_CHALLENGE,
    "unavailable": lambda _: html("<h1>503 Service Unavailable</h1>", 503),
    "not found": lambda _: html("<h1>404 Not Found</h1>", 404),
    "gone home": lambda _: Answer(302, b"", {"Location": "/"}),
    "only 304": lambda _: Answer(304),
    "empty": lambda _: Answer(200, b"", HTML),
    "half": _half,
    "cut": _cut,
    "redesigned": _redesigned,
    "without rows": _without_rows,
    "hangs up": lambda _: Answer(None),
}
