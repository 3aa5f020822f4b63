"""Pure reading of annual reports: bytes -> grids -> figures -> findings. No clock, no network, no database."""

from parsers.articles import page_pictures
from parsers.document import parse
from parsers.facts import PageFacts, page_facts
from parsers.normalise import normalise
from parsers.picture_size import may_be_a_page
from parsers.readers.html_ends import without_early_ends
from parsers.readers.html_tree import page_tree
from parsers.readers.mhtml_parts import together
from parsers.report import READER_VERSION
from parsers.sniffing import sniff
from parsers.titles import TitleFacts, title_facts
from parsers.whole import is_cut_off

__all__ = [
    "READER_VERSION",
    "PageFacts",
    "TitleFacts",
    "is_cut_off",
    "may_be_a_page",
    "normalise",
    "page_facts",
    "page_pictures",
    "page_tree",
    "parse",
    "sniff",
    "title_facts",
    "together",
    "without_early_ends",
]
