"""What a title says: whether it is a report on disclosure, whose, and for which year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from parsers.normalise import normalise

Kind = Literal["report", "maybe", "other"]
_REPORT = re.compile(
    r"(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?"
    r"(?:年度(?:工作|情况)?报告|(?<=情况的)报告|年报|工作报告|情况报告|(?:19|20)\d{2}年?度?(?:工作|情况)?(?:年度)?(?:报告|年报))"
)
_MAYBE = re.compile(r"公开.*报告|报告.*公开|年报|年度(?:工作|情况)?报告|汇总")
# What stands behind a report's name and makes it another thing: the rules for reports, an order to write them.
_RULES = r"(?:指南|制度|方案|办法|目录|申请表)"
_ABOUT_REPORTS = re.compile(
    rf"(?:的|编制|编写|报送|填报|工作|管理|实施|暂行)*{_RULES}(?:\(.*\))?"
    r"|(?:编制|编写|报送|填报)(?:的|工作|有关|相关|事项|要求)*通知(?:\(.*\))?"
)
_ORDER = re.compile(
    r"(?:^|关于)(?:进一步|认真|切实|全面|扎实|及时|组织|启动)*(?:做好|编制|编写|报送|上报|填报|开展).*通知"
)
_NOTICE_OF = re.compile(r"(?:^|关于)(?:公布|发布|印发|公开)")
# A guide, a rule or a list of duties is no report; nor is what is "open" in another sense of the word.
_NEVER = re.compile(
    r"指南|制度|方案|申请表|要点|(?:办法|目录|条例|规定|细则|计划|流程|清单|标准|规范|规程)(?:\(.*\))?$|答复书|告知书"
    r"|公开(?:招|选|遴|征|拍|竞|挂牌|出让|摇号|抽|引进|课|考试|询价|比选|采购|审理|开庭|道歉)"
)
_SUMMED_UP = re.compile(r"公开(?:工作)?(?:情况)?(?:的)?(?:总结|汇报)")  # how some call their report
_YEAR_CUT = re.compile(r"(?<!\d)(?:1|2|19|20|199|20\d)$")
_ODD_YEAR = re.compile(r"[\dOoОо〇○零一二三四五六七八九]{2,6}年度?$")  # a year that cannot be read
_PART_OF_A_YEAR = re.compile(r"季度|半年|\d月份")
_NEWS = re.compile(r"召开|举办|举行|会议|培训|推进会|座谈会|开放日|督查|测评")
_NOT_ONLY_NEWS = re.compile(r"报告|年报|总结|汇总|情况")
_EXPLAINED = re.compile(r"解读|图解|读懂|图说|图表|看懂")
_DOUBTFUL = re.compile(rf"通知|公告|汇总|通报|考核|培训|{_RULES}|编制说明|模板|格式")
_OTHER_REPORTS = re.compile(
    r"政府网站(?:工作|监管|年度)|法治政府|财政(?:预|决|收支|收入|支出|运行|资金|专项|绩效|拨款|补|工作)|决算|预算|企业年|统计年"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEAR_RIGHT_BEFORE = re.compile(r"(?<![\d至到~-])((?:19|20)\d{2})年?度?(?:关于|的)*$")
_YEAR_WORDS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?度?|二[〇零○][一二三四五六七八九十〇零○]{1,2}年度?")
_YEAR_ALONE = re.compile(rf"(?:{_YEAR_WORDS.pattern})(?:报告)?")
_SOME_YEAR = re.compile(rf"{_YEAR_WORDS.pattern}|(?<![青老少成学中童])年(?![龄轻级])")
_CUT = re.compile(r"(?:[.。·•⋯]{2,}|⋯)(?:[\[(【]?(?:详细|更多|查看)[\])】]?)?>*$")
# How a title ends that its list cut off before it came to the word 公开.
_BROKEN = re.compile(
    rf"(?:{_YEAR_WORDS.pattern})(?:关于|的)?(?:政(?:府(?:信(?:息公?)?)?|务公?)?|信(?:息公?)?|主动|年)$"
    rf"|(?:(?:19|20)\d{{2}}|二[〇零○][一二三四五六七八九十〇零○]{{1,2}})年度?$"
)
_YEAR_LAST = re.compile(rf"(?:{_YEAR_WORDS.pattern})$")
_BODIES = r"(?:政府|局|委员会|委|办公室|办|厅|部|署|院|中心|办事处|处|镇|乡|街道|公司|会|站|所|队|校)"
# The name before the year or the report's own words: its 制度, 编制 or 财政 say nothing about the title.
_NAME = re.compile(
    rf"^(?:{_YEAR_WORDS.pattern})?(?:(?!关于|(?:19|20)\d\d|[《》]).)*?{_BODIES}(?=(?:\(.{{1,20}}?\))?(?:关于|的?(?:{_YEAR_WORDS.pattern})|年度|年报|政府信息|政务公开|信息公开))"
)
_NAME_CUT = re.compile(rf"[\u4e00-\u9fff()]{{3,30}}{_BODIES}")
_JOINED = re.compile(
    r"(?:年报|年度报告)(?:及|和|与|暨|、)|(?:及|和|与|暨|、)[^及和与暨、]*(?:年报|年度报告)$"
)
# Other forms of the same characters; and those that are taken for one another by hand or by machine.
_VARIANTS = str.maketrans("吿報開務訊", "告报开务讯")
_TYPOS = (
    (re.compile(r"[报抱扳投拫极][告吉苦舌古]|报[高靠先]$"), "报告"),
    (re.compile(r"年[庆渡底席](?=报告)"), "年度"),
    (re.compile(r"公[幵廾井升](?=工作|年|情况|$)"), "公开"),
    (re.compile(r"信[恩患熄](?=公开)|倌息"), "信息"),
    (re.compile(r"[攻致]府(?=信息)"), "政府"),
)
_WRITTEN_YEAR = re.compile(r"二[〇零○]([一二三四五六七八九十〇零○]{1,2})年")
_WRITTEN = {"〇": "0", "零": "0", "○": "0", **{c: str(n) for n, c in enumerate("一二三四五六七八九", 1)}}
_BEFORE = re.compile(
    r"^(?:[【(\[]?(?:一图读懂|图解|解读|图说|图表)[】)\]:|]*|关于|公布|印发|附件\d*[:.、]?|\d+[、.]|\d{1,2}月(?:\d{1,2}日)?|度)+"
)
_BEHIND = re.compile(r"(?:关于|公布|的|年度|本级)+$")
_BRACKETED = re.compile(r"^[(\[【〈《](.{2,30}?)[)\]】〉》]$")
_NO_NAMES = {
    "汇总",
    "政府",
    "报告",
    "最新",
    "新",
    "全文",
    "附件",
    "下载",
    "置顶",
    "图文",
    "修订",
    "更正",
    "pdf",
    "PDF",
}
# A title and, on the same line, how the text of a report begins.
_RUNNING = re.compile(
    r"[^。；;：:，,、!！?？]{4,60}?年度(?:工作|情况)?报告(?=\s*(?:本(?:报告|年度|年报|机关)|根据|按照|依据|依照|为[了进全深]|一\s*、|[(（]一))"
)
_PROSE = re.compile(r"根据|按照|依据|依照|现将|本(?:报告|年度|年报|机关)|为[了进全深]|关于")
_EDGES = '《》〈〉()[]【】-_:·.|,“”"'


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a title says. "report": clearly an annual report on disclosure; "maybe": could be one; else "other".

    A year alone may be one: some columns list their reports as 2023年, 2024年 and nothing more.
    """

    publisher: str | None
    year: int | None
    kind: Kind


def title_facts(title: str) -> TitleFacts:
    """Publisher, year and kind of a title as printed on a list, on a page or in a document."""
    plain = normalise(title).translate(_VARIANTS)
    kind = _kind(plain)
    if kind != "report" and (mended := _mended(plain)) != plain and _kind(mended) != "other":
        kind, plain = "maybe", mended
    return TitleFacts(_publisher(plain) if kind != "other" else None, year_of(plain), kind)


def _mended(plain: str) -> str:
    for typo, meant in _TYPOS:
        plain = typo.sub(meant, plain)
    return plain


def is_report_title(plain: str, *, longest: int) -> bool:
    """Whether a normalised line is nothing but the title of a report."""
    match = _REPORT.search(plain) if len(plain) <= longest else None
    return match is not None and len(plain) - match.end() <= len("(汇总)")


def running_title(line: str) -> str | None:
    """The dated title that a line begins with where its report goes on at once: "…年度报告本报告是根据…"."""
    match = _RUNNING.match(line.strip())
    if match is None or _PROSE.match(match[0]):
        return None
    facts = title_facts(match[0])
    return match[0] if facts.kind == "report" and facts.year is not None else None


def _kind(plain: str) -> Kind:
    """What is not clearly something else may be a report: only "other" lets anybody be accused of having none."""
    if match := _REPORT.search(plain):
        return _kind_of_report(plain, match)
    own = _NAME.sub("", plain)
    if _ORDER.search(own) and not _NOTICE_OF.search(own):
        return "other"
    if (_MAYBE.search(own) and _JOINED.search(own)) or _SUMMED_UP.search(own):
        return "maybe"
    if _NEVER.search(own) or _OTHER_REPORTS.search(own) or _PART_OF_A_YEAR.search(plain):
        return "other"
    if _NEWS.search(own) and not _NOT_ONLY_NEWS.search(own):
        return "other"
    return (
        "maybe" if _MAYBE.search(own) or _YEAR_ALONE.fullmatch(plain) or _may_go_on(plain, own) else "other"
    )


def _kind_of_report(plain: str, match: re.Match[str]) -> Kind:
    """A title with a report's full name: other only if it is the rules for reports or an order to write them."""
    if _ABOUT_REPORTS.fullmatch(plain[match.end() :]) and not _NOTICE_OF.search(plain[: match.start()]):
        return "other"
    own = _NAME.sub("", plain)
    if _ORDER.search(own) and not _NOTICE_OF.search(own):
        return "other"
    return "maybe" if _DOUBTFUL.search(own) or _EXPLAINED.search(plain) else "report"


def _may_go_on(plain: str, own: str) -> bool:
    """Whether it is about disclosure in some year, or was cut off before it could say what it is about."""
    if "公开" in own and _SOME_YEAR.search(plain):
        return True
    whole = _CUT.sub("", plain)
    if _BROKEN.search(whole):
        return True
    ways = (_YEAR_LAST.search(whole), _NAME_CUT.fullmatch(whole), _YEAR_CUT.search(whole))
    return whole != plain and any(ways)


def _publisher(plain: str) -> str | None:
    """The words before the report's name without the year, or those in brackets behind it."""
    match = _REPORT.search(plain)
    before = plain[: match.start()] if match else _before_disclosure(plain)
    behind = _BRACKETED.match(plain[match.end() :]) if match else None
    name = _bare(before) or (_bare(behind[1]) if behind else "")
    if name.endswith("人民"):
        name += "政府"  # "某县人民政府信息公开年报": the two names share 政府
    return name if len(name) > 1 and name not in _NO_NAMES else None


def _before_disclosure(plain: str) -> str:
    words = "政府信息|信息公开|政务公开|公开|年报|年度(?:工作|情况)?报告|汇总"
    whole = _CUT.sub("", plain)
    return _BROKEN.sub("", re.split(words, _YEAR_CUT.sub("", whole) if whole != plain else whole)[0])


def _bare(text: str) -> str:
    name = _ODD_YEAR.sub("", _YEAR_WORDS.sub("", text)).strip(_EDGES)
    name = _BEHIND.sub("", _BEFORE.sub("", name)).strip(_EDGES)
    return f"{name})" if name.count("(") > name.count(")") else name


def year_of(plain: str) -> int | None:
    """The report year of a normalised title: that at the report's own words, else the first outside brackets or at all."""
    if (match := _REPORT.search(plain)) and (own := _own_year(plain[: match.start()], match[0])):
        return own
    for text in (re.sub(r"\([^()]*\)", "", plain), plain):
        if match := _YEAR.search(text):
            return int(match[1])
        if match := _WRITTEN_YEAR.search(text):
            return _written_year(match[1])
    return None


def _own_year(before: str, words: str) -> int | None:
    """The year in the report's words or right before them; a title may hold the day of publication or a plan's years."""
    match = _YEAR.search(words) or _YEAR_RIGHT_BEFORE.search(before)
    return int(match[1]) if match else None


def _written_year(digits: str) -> int | None:
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        written = f"{_WRITTEN.get(tens, '1')}{_WRITTEN.get(ones, '0')}"
    else:
        written = "".join(_WRITTEN.get(digit, "") for digit in digits)
    return 2000 + int(written) if re.fullmatch(r"\d\d", written) else None
