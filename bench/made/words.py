"""Sentences such as reports are made of, with numbers that are no figures of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

PLACES = (
    "清河市人民政府", "清河市财政局", "东陵县人民政府", "东陵县教育局", "南湖区人民政府", "南湖区民政局",
    "云台市自然资源和规划局", "云台市人力资源和社会保障局", "白石县卫生健康委员会", "白石县城关镇人民政府",
    "安平市行政服务中心", "长岭区市场监督管理局", "石桥市住房和城乡建设局", "石桥市新城街道办事处",
)  # fmt: skip
_SENTENCES = (
    "{year}年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，坚持以公开为常态、不公开为例外，全年主动公开政府信息{a}条。",
    "通过门户网站公开信息{a}条，政务微信公众号发布{b}条，政务微博发布{c}条，回应群众留言{d}件。",
    "全年共收到依申请公开{d}件，均在法定期限内予以答复，答复率100%，较上年增长{p}%。",
    "召开新闻发布会{d}场，制作政策解读{b}篇，其中图解{c}篇、视频解读{d}个。",
    "组织开展政府信息公开业务培训{d}次，参训人员{b}人次，进一步提升了工作人员的业务能力。",
    "健全政府信息公开工作机制，明确专人负责信息审核，严格执行“三审三校”制度，全年未发生失泄密事件。",
    "（一）主动公开情况。围绕重点领域和群众关心的热点问题，及时发布财政预决算、招标采购、公共服务等信息{a}条。",
    "（二）依申请公开办理情况。完善受理、审核、答复、归档等环节，规范答复文书格式，做到依法有据、严谨规范。",
    "（三）政府信息管理。对现行有效的规范性文件进行清理，公布目录{d}份，废止{d}份，修改{c}份。",
    "（四）平台建设情况。对政府网站栏目进行优化调整，新增专题{d}个，网站总访问量{b}.{c}万次。",
    "（五）监督保障情况。将政府信息公开工作纳入年度考核，占比{p}%，开展季度检查4次，发现并整改问题{c}个。",
    "存在的主要问题：一是公开的主动性有待加强；二是政策解读形式较为单一；三是个别栏目更新不够及时。",
    "改进措施：一是加强学习培训，提高业务水平；二是丰富解读形式，增强解读效果；三是加强督促检查，确保更新及时。",
    "2.完善制度，强化责任。制定《政府信息公开工作要点》，分解任务{c}项，逐项明确责任单位和完成时限。",
    "本年度政府信息公开工作人员共{d}人，其中专职{c}人，设立公开查阅点{d}个，方便群众获取信息。",
)


def paragraphs(chance: Random, count: int, year: int) -> Iterator[str]:
    """`count` paragraphs of one to three sentences."""
    for _ in range(count):
        chosen = chance.sample(_SENTENCES, chance.randint(1, 3))
        yield "".join(
            sentence.format(
                year=year,
                a=chance.randint(100, 9_999),
                b=chance.randint(10, 999),
                c=chance.randint(1, 60),
                d=chance.randint(1, 30),
                p=chance.randint(1, 40),
            )
            for sentence in chosen
        )
