"""Of whom, of when and of what a sentence speaks: words that say it of others than the whole body and the whole year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = (
    r"(?:[我本](?:单位|部门|机关|局|委员会|委|办公室|办|厅|部|院|中心|镇|乡|街道办事处|街道办|街道|办事处|处|会|所|站|队|室"
    r"|公司|管委会))"
)
TIME = r"(?:20\d{2}年度?|本年度?|全年度?|今年|年内|当年|本?报告期内|一年来)"
BODIES = re.compile(
    r"[\u4e00-\u9fff]{2,15}(?:局|委员会|办公室|厅|分局|支队|大队|街道办|人民政府|中心|镇|乡|部门|科室|科|处室|窗口)"
)
# Before the number in its sentence: a part of what was told, another year, a way in, a shorter or a longer time.
NARROWED = re.compile(
    r"其中|包括|包含|含|通过|经由|网上|线上|线下|网络|平台|当面|现场|邮寄|信函|邮件|传真|书面|渠道|上年(?!度?结转)|上一年(?!度?结转)|去年|前年|往年|历年|同期"
    r"|委托|交办|累计|以来|截至|截止|自20|从20|\d{1,2}月|季度|半年|平均|日均|人均|每|预计|计划|目标|剩余|另有|还有|除|若|如"
    r"|[二两三四五六七八九十几数多〇零][一二两三四五六七八九十几数多〇零]*年|(?<!\d)\d{1,2}年|(?<!报告)(?<!统计)期间|时期|任期|至今|目前|当前"
    r"|(?:施行|实施|修订|修改|成立|挂牌|改革|上线|组建|合并|划转)(?:以?后|之后|起|前|之前)"
    r"|从[^,:]{1,12}看|按[^,:]{1,10}(?:分|统计)|类型|(?<!公开)(?<!申请)(?<!办理)(?<!受理)(?<!答复)(?<!工作)方面"
    r"|(?:^|[,:、(])(?:[省市县区]直)?(?:政府)?(?:部门|乡镇|镇街|街道|社区|机关|单位|自然人|法人|企业|公民|组织)[^,:]{0,4}[,:]"
)
# The same, said in the heading or in the sentence before.
_NARROWED_BEFORE = re.compile(
    r"本级|机关本部|去年|上年(?!度?结转)|上一年(?!度?结转)|前年|往年|历年|回顾|过去|近[二两三四五六七八九十几数\d]+年"
)
_NUMBERING = re.compile(
    rf"^(?:[(（]?(?:[一二三四五六七八九十]{{1,3}}|\d{{1,2}})[)）、.．]|[一二三四五六七八九十]是)?(?:{TIME}[,，]?)?"
)
_REGION = re.compile(r"[全我](?:省|市|区|县|州|盟|旗)")
_OTHERS = re.compile(
    r"各(?:级|部门|乡|镇|街|县|区|市|单位|科室|股室|村|分局|局)|[省市县区州]?本级|系统"
    r"|(?:[省市县区州]|人民)?政府办(?!理|事|法|结|件)"
)
# What begins so names nobody who did what follows: "强化与区直各部门", "按照市政府办公室".
_NO_SUBJECT = re.compile(
    r"[与对向由将把被让请据督协抓促各等的]|强|加[强大快]|按照|按|经[过由常]|^经(?!济|开|信)|^[以为在]|组织|指导|配合|会同|联合|主动|积极|严格|认真|及时|定期"
    r"|不断|进一步|推[动进行]|要求|依托|围绕|针对|完善|建立|健全|落实|明确|做好|提高|提升|部分|个别|少数|是|通过|确保|充分|充实|设立|开展|征求|参加|召开"
)
_TITLE = re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）][^,，:：]{1,24}")
_BEGINS_OWN = re.compile(OWN)
# Who writes a government's report speaks of the office that writes it, while its tables are of all bodies below it.
_OFFICE = re.compile(r"[我本](?:办公室|办(?!理|公室|结|复|件|案)|机关|单位|部门)")
_OF_TOWN = re.compile(r"[乡镇]人民政府$")
_GOVERNMENT = "人民政府"
# Bodies that decide on reviews: what they tell of them is of other bodies' disclosure, too.
_REVIEWER = re.compile(r"(?:司法[局厅部]|法制办(?:公室)?)$")


def publisher_of(title: str) -> str:
    """The publisher as the title names it; nothing where it names none."""
    return (title_facts(title).publisher or "") if title else ""


def others_in(words: str, title: str) -> list[str]:
    """The bodies that are named besides the one of the title."""
    return [body for body in BODIES.findall(re.sub(OWN, "", words)) if body not in title]


def speaks_of_office(words: str, title: str) -> bool:
    """Whether the report is a government's, and these words are of the office that wrote it."""
    publisher = publisher_of(title)
    if not publisher.endswith(_GOVERNMENT):
        return False
    found = _OFFICE.search(words)
    return found is not None and not (_OF_TOWN.search(publisher) and found[0][1:] in {"机关", "单位", "部门"})


def decides_reviews(title: str) -> bool:
    """Whether the publisher is one that decides on the reviews of other bodies."""
    return _REVIEWER.search(publisher_of(title)) is not None


def elsewhere(sentences: Iterator[tuple[str, bool]], title: str) -> Iterator[bool]:
    """For each sentence (and whether it is a heading): whether what stands before it gives it another scope.

    Who is spoken of lasts until a sentence begins with the body itself, or a new heading comes; a time lasts for one
    sentence, and for all under a heading.
    """
    foreign, headed, last = False, False, False
    publisher = publisher_of(title)
    for sentence, heading in sentences:
        begin = _NUMBERING.sub("", sentence)
        own = _BEGINS_OWN.match(begin) is not None and not speaks_of_office(begin, title)
        own = own or (publisher != "" and begin.startswith(publisher))
        yield (foreign or headed or last) and not own
        narrowed = _NARROWED_BEFORE.search(sentence) is not None
        if heading or _TITLE.fullmatch(sentence):
            foreign, headed, last = _is_of_others(begin, title), narrowed, False
            continue
        foreign = not own and (foreign or _is_of_others(begin, title))
        last = narrowed


def _is_of_others(begin: str, title: str) -> bool:
    """Whether a sentence or heading begins with somebody else than the body of the title."""
    named = BODIES.match(begin)
    return (
        _OTHERS.match(begin) is not None
        or (_REGION.match(begin) is not None and not publisher_of(title).endswith(_GOVERNMENT))
        or (named is not None and named[0] not in title and not _NO_SUBJECT.search(named[0]))
        or (_BEGINS_OWN.match(begin) is not None and speaks_of_office(begin, title))
    )
