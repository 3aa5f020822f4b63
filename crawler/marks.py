"""What gives away a page that only looks like an answer: headers, scripts and sentences of firewalls, notices and errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.model import BlindKind

HEADERS: tuple[tuple[str, str, str], ...] = (
    ("server", "wzws", "the 360 firewall"),
    ("set-cookie", "__jsl_clearance", "the Jiasule firewall"),
    ("set-cookie", "acw_sc__v", "the Aliyun firewall"),
    ("set-cookie", "c3vk", "the C3VK firewall"),
    ("x-waf-uuid", "", "a firewall"),
    ("cf-mitigated", "", "the Cloudflare firewall"),
)
# Marks of a firewall's script, found in the source of a page that shows hardly anything.
SCRIPT_MARKS: tuple[tuple[str, str], ...] = (
    ("$_ts", "a script of the Ruishu firewall"),
    ("__jsl_clearance", "a script of the Jiasule firewall"),
    ("acw_sc__v", "a script of the Aliyun firewall"),
    ("wzws-waf-cgi", "a script of the 360 firewall"),
    ("wzwschallenge", "a script of the 360 firewall"),
    ("C3VK=", "a script of the C3VK firewall"),
    ("EO_Bot_Ssid", "a script of EdgeOne's firewall"),
    ("waf_cc_challenge", "a firewall's script"),
    ("/cdn-cgi/challenge-platform", "a script of the Cloudflare firewall"),
)
# Sentences, looked for in the title of any page and in the whole text of a short one.
SENTENCES: tuple[tuple[BlindKind, re.Pattern[str]], ...] = (
    ("captcha", re.compile(
        r"(输入|填写).{0,8}验证码|(安全|人机|滑动|滑块|身份|访问)验证|拖动.{0,8}滑块|完成.{0,10}验证|点击.{0,8}(文字|图案).{0,8}继续|我不是机器人|captcha|are you (a )?human",
        re.IGNORECASE)),
    ("firewall", re.compile(
        r"(请求|访问).{0,12}(被拦截|被阻断|已被拦截|存在威胁|不合法)|防火墙|创宇盾|云锁|安全狗|D盾|玄武盾|网站卫士|雷池|"
        r"攻击行为|异常(访问|流量|请求)|访问行为异常|request (was )?blocked|access denied|attention required|web application firewall",
        re.IGNORECASE)),
    ("refused", re.compile(
        r"(禁止|拒绝|限制)访问|访问(受限|被拒绝|过于频繁|频率)|没有(访问)?权限|无权(访问|限)|所在.{0,6}(地区|区域).{0,8}(无法|不能|禁止)|forbidden|"
        r"^\s*((用户|系统|平台|后台|会员)?登[录陆](页|页面|界面|系统|平台)?)\s*$|统一(身份|用户)认证",
        re.IGNORECASE)),
    ("maintenance", re.compile(
        r"(系统|网站|平台|服务器|服务).{0,6}(维护|升级|调试|改版)|(正在|进行).{0,6}(维护|升级)|(正在|进行).{0,6}整改|暂停(服务|访问)|临时关闭|网站建设中|"
        r"停机.{0,4}(公告|通知|检修)|将于.{0,20}恢复(访问|服务)|under maintenance|(due to|scheduled|site) maintenance|temporarily unavailable",
        re.IGNORECASE)),
    ("redirected_away", re.compile(r"(网站|栏目|页面|平台).{0,8}(已|全新).{0,6}(迁移|搬迁|调整至|升级至|变更为)|请.{0,6}访问新(版|网址|站)")),
    ("http_error", re.compile(
        r"(页面|网页|文章|资源).{0,10}(不存在|走丢)|(页面|网页|文章|资源|信息|内容).{0,8}(已删除|已被删除|找不到|未找到)|找不到.{0,8}页|404 ?not ?found|"
        r"服务器(内部)?错误|internal server error|bad gateway|service unavailable",
        re.IGNORECASE)),
)  # fmt: skip
# An address that belongs to somebody else by now. The second is looked for in the title alone: a list may have such news.
TAKEN_OVER = re.compile(
    r"域名.{0,10}(出售|转让|过期|到期|停放)|(domain|website).{0,20}(is|may be) for sale|buy this domain|parked (free|domain)",
    re.IGNORECASE,
)
HIJACKED = re.compile(
    r"博彩|娱乐城|真人娱乐|百家乐|六合彩|时时彩|老虎机|线上棋牌|棋牌(官网|平台|游戏)|赌场|投注平台|bet365|成人(视频|影院|电影)",
    re.IGNORECASE,
)
# An interface that answers with an error in place of entries: (what it means, its form).
ANSWERS: tuple[tuple[BlindKind, re.Pattern[str]], ...] = (
    ("refused", re.compile(r"""["']?(code|status|errcode|errorCode|resultCode)["']?\s*:\s*["']?(401|403|429)\b""")),
    ("http_error", re.compile(r"""["']?(code|status|errcode|errorCode|resultCode)["']?\s*:\s*["']?(-\d|[45]\d\d\b)""")),
)  # fmt: skip
# The row of a report: a page with such a link is a list, whatever else stands in it.
REPORT_ROW = re.compile(
    r"<a\b[^>]{0,500}>[^<]{0,80}(19|20)\d\d[^<]{0,40}(信息|政务)公开[^<]{0,20}(报告|年报)", re.IGNORECASE
)
