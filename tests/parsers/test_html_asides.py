"""What a page keeps out of sight, in scripts or in other elements than tables."""

from __future__ import annotations

import base64
import html as markup_of
import json
import re

import pytest

from parsers import parse
from parsers.model import Unreadable
from parsers.readers import html
from parsers.readers.html_scripts import strings
from tests.parsers.pages import form, read_page
from tests.parsers.samples import SAMPLES, Sample

SHANGHAI = Sample(SAMPLES / "shanghai-office-2019")
KEY = "disclosure.fees.amount"
NEW, OLD = form({KEY: "1"}), form({KEY: "9"})


def _fees(markup: str) -> list[tuple[int | None, str, object]]:
    """(year, state, value) of one figure in each report of a page."""
    found = [(parsed.year, {f.key: f for f in parsed.figures}[KEY]) for parsed in read_page(markup)]
    return [(year, figure.state, figure.value) for year, figure in found]


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>{}</div>",
        "<style>.tab{{display:none}}.tab.on{{display:block}}</style><div class=tab>{}</div>",
        "<div hidden>{}</div>",
        "<style>.fade{{opacity:0}}</style><div class=fade>{}</div>",
        "<div style='height:0;overflow:hidden'>{}</div>",
        "<div style='position:absolute;left:-9999px'>{}</div>",
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<textarea>{}</textarea>",
    ],
)
def test_a_hidden_version_does_not_count_beside_the_one_that_is_shown(hidden: str) -> None:
    old = hidden.format(OLD)
    assert _fees(old + NEW) == _fees(NEW + old) == [(2023, "number", 1)]
    assert _fees(old) == [(2023, "number", 9)]


@pytest.mark.parametrize(
    "page",
    [
        "<div class='tab hide'>{old}</div><div>{new}</div>",
        "<div class='tab-pane active'>{new}</div><div class=tab-pane>{old}</div>",
        "<div class=tab-pane>{old}</div><div class=tab-pane>{new}</div>",
    ],
)
def test_where_nobody_can_tell_which_version_is_shown_what_differs_is_unsure(page: str) -> None:
    (parsed,) = read_page(page.format(old=OLD, new=NEW))
    assert [figure.key for figure in parsed.figures if figure.state == "unsure"] == [KEY]
    assert _fees(page.format(old=NEW, new=NEW)) == [(2023, "number", 1)]


def test_sections_in_tabs_are_one_report() -> None:
    two, three = NEW.split("<p>三、")
    (parsed,) = read_page(f"<div>{two}</div><div style='display:none'><p>三、{three}</div>")
    assert len([figure for figure in parsed.figures if figure.state == "number"]) == 200


def test_another_years_report_in_a_tab_is_a_report_of_its_own() -> None:
    other = OLD.replace("2023", "2022")
    assert _fees(f"{NEW}<div style='display:none'>{other}</div>") == [
        (2023, "number", 1),
        (2022, "number", 9),
    ]


MARKUP = SHANGHAI.body.decode()


@pytest.mark.parametrize(
    "page",
    [
        f"let content = {json.dumps(MARKUP, ensure_ascii=False)};",
        json.dumps({"article": {"content": MARKUP}}).replace("<", "\\u003c"),
        f"<p><script>var c={json.dumps(MARKUP)}; show(c);</script>",
        "<p><script>var c=" + json.dumps(MARKUP).replace("<", "\\u003c").replace("/", "\\/") + "</script>",
        f"<p><script>var c={json.dumps(markup_of.escape(MARKUP))}</script>",
        f"<p><script>document.write({json.dumps(MARKUP[:9000])} +\n{json.dumps(MARKUP[9000:])})</script>",
        f"<p><iframe srcdoc='{markup_of.escape(MARKUP)}'></iframe>",
        f"<p><textarea>{markup_of.escape(MARKUP)}</textarea>",
    ],
    ids=["javascript", "json", "string", "escaped", "entities", "joined", "frame", "textarea"],
)
def test_an_article_kept_as_a_string_is_read_to_the_last_figure(page: str) -> None:
    (parsed,) = parse(page.encode(), "text/html")
    assert {figure.key: figure.value for figure in parsed.figures} == SHANGHAI.expected["figures"]


def test_a_variable_between_two_strings_is_ink_of_unknown_meaning() -> None:
    assert list(strings("""x = "<td>" + total + '</td>'; y = `a${b}c` // isn't\nz = "\\u4e00\\n" """)) == [
        "",
        "<td>\ufffd</td>",
        "a\ufffdc",
        "一\n",
    ]


@pytest.mark.parametrize(
    ("cell", "script"),
    [
        ("<span id=c1></span>", "document.getElementById('c1').innerHTML = total"),
        ("<b id=c1>0</b>", "$('#c1').text(total)"),
        ("<b id=c1>0</b>", "for (k in d) $('#' + k).text(d[k])"),
        ("<b id=c1>0</b>", "for (k in d) document.getElementById(k).innerText = d[k]"),
        ("", "table.rows[3].cells[1].innerHTML = total"),
        ("0", "$('#t tr td').eq(3).text(total)"),
        ("0", "document.querySelectorAll('td')[3].textContent = total"),
        ("<b class=sum>0</b>", "document.querySelector('.sum').textContent = 5"),
    ],
)
def test_a_cell_that_a_script_may_fill_is_unsure(cell: str, script: str) -> None:
    assert _fees(f"{form({KEY: cell})}<script>{script}</script>") == [(2023, "unsure", None)]


def test_a_script_that_writes_elsewhere_changes_nothing() -> None:
    script = "$('#count').text(n); document.getElementById('zoom').style.fontSize = '16px'"
    assert _fees(f"<div id=zoom>{form({KEY: '<b id=x>1</b>'})}</div><script>{script}</script>") == [
        (2023, "number", 1)
    ]


def test_a_row_in_a_table_of_its_own_is_a_row() -> None:
    torn = re.sub("</tr><tr>", "</tr></table><table><tr>", NEW)
    (parsed,) = read_page(torn)
    assert torn.count("<table>") > 30
    assert {figure.state for figure in parsed.figures} == {"number"}


@pytest.mark.parametrize("style", ["display:flex", "", "float:left"])
def test_a_form_made_of_other_elements_is_read_by_its_words(style: str) -> None:
    zeros = re.sub(r"<td[^>]*>", "<div>", form()).replace("</td>", "</div>")
    rows = zeros.replace("<tr>", f"<div style='{style}'>").replace("</tr>", "</div>")
    (parsed,) = read_page(rows.replace("<table>", "<section>").replace("</table>", "</section>"))
    assert len(parsed.figures) == 200
    assert {figure.value for figure in parsed.figures if figure.state != "unsure"} == {0}


def test_preformatted_text_keeps_its_lines() -> None:
    assert html.read(b"<p>a\nb</p><pre>c\nd</pre>").text == "a b\nc\nd"


def test_pictures_in_the_page_itself_are_handed_on() -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    coded, odd = base64.b64encode(png).decode(), base64.urlsafe_b64encode(png[::-1]).decode()
    small, drawing = "data:image/png;base64,AAAA", "data:image/svg+xml,<svg/>"
    sources = [f"data:image/png;base64,{coded}", f"DATA:image/jpeg;base64,{odd}", small, drawing, "a.png"]
    page = "".join(f"<img src='{source}'>" for source in [*sources, sources[0]])
    assert html.pictures(page.encode()) == (png, png[::-1])


def test_more_tags_than_any_page_has_are_refused() -> None:
    with pytest.raises(Unreadable, match="tags"):
        html.read(b"<p>" + b"<i>a</i>" * 320_000)


def test_more_bytes_than_any_page_has_are_refused() -> None:
    with pytest.raises(Unreadable, match="bytes"):
        html.read(b"<p>" + b" " * (8 * 2**20))


def test_markup_in_markup_without_end_is_refused() -> None:
    markup = "<table>x"
    for _ in range(24):
        markup = f"<table></table><textarea>{markup.replace('&', '&amp;').replace('<', '&lt;')}"
    with pytest.raises(Unreadable, match="too deeply"):
        html.read(f"<p>{markup}".encode())
