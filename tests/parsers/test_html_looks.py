"""What a page's styles do to a figure: read as it is seen, or unsure; never another number, never a blank."""

from __future__ import annotations

import pytest

from parsers.model import Unreadable
from parsers.numbers import read_number
from parsers.readers import html
from tests.parsers.pages import form, read_page

KEY = "disclosure.fees.amount"


def _figure(cell: str, css: str = "") -> tuple[str, object]:
    (parsed,) = read_page(f"<style>{css}</style>{form({KEY: cell})}")
    (figure,) = [figure for figure in parsed.figures if figure.key == KEY]
    return figure.state, figure.value


@pytest.mark.parametrize(
    "cell",
    [
        "<span style='color:#fff'>7</span>12",
        "<span style='color:WHITE'>7</span>12",
        "<span style='color:rgb(254, 254,254)'>7</span>12",
        "<span style='color:rgba(0,0,0,.02)'>7</span>12",
        "<span style='color:hsl(0,0%,99%)'>7</span>12",
        "<span style='color:transparent'>7</span>12",
        "<font color=white>7</font>12",
        "<span style='background:#000;color:#010101'>7</span>12",
        "<span style='width:0;overflow:hidden;display:inline-block'>7</span>12",
        "<span style='max-height:1px;overflow:hidden'>7</span>12",
        "<span style='font-size:1px'>7</span>12",
        "<span style='font:0/0 a'>7</span>12",
        "<span style='clip:rect(0,0,0,0);position:absolute'>7</span>12",
        "<span style='clip-path:inset(100%)'>7</span>12",
        "<span style='position:absolute;left:-9999px'>7</span>12",
        "<span style='margin-left:-99em'>7</span>12",
        "<span style='opacity:.01'>7</span>12",
        "<span style='visibility:hidden'>7</span>12",
        "<span style='filter:opacity(0)'>7</span>12",
        "<span style='content-visibility:hidden'>7</span>12",
        "<span style='-webkit-text-security:disc'>12</span>",
        "<span style='background:url(n1.png);width:9px;display:inline-block'></span>2",
        "<span style='unicode-bidi:bidi-override;direction:rtl'>21</span>",
        "<span style='float:right'>1</span><span>2</span>",
        "<span style='order:2'>1</span><span>2</span>",
        "<span style='transform:scaleX(-1)'>12</span>",
        "<span style='position:absolute;top:30px'>12</span>",
        "<span style='display/**/:none'>7</span>12",
        "<span style='displa\\79:none'>7</span>12",
        "<span style='zoom:0'>7</span>12",
        "<span style='line-height:0;overflow:hidden;display:block'>7</span>12",
        "<span style='mask:linear-gradient(transparent,transparent)'>7</span>12",
        "<div style='display:flex;flex-direction:row-reverse'><i>2</i><i>1</i></div>",
        "<span class=hidden>7</span>12",
        "<span class='x d-none'>7</span>12",
        "<math><msup><mn>1</mn><mn>2</mn></msup></math>",
        "<canvas>12</canvas>",
        "<datalist><option>9</datalist><video>12</video>",
        "<span v-text=total></span>",
        "{{ total }}",
        "1${rest}",
    ],
)
def test_what_cannot_be_seen_as_it_is_written_is_never_a_sure_figure(cell: str) -> None:
    assert _figure(cell)[0] == "unsure"


@pytest.mark.parametrize(
    "css",
    [
        "i{display:none}",
        "td > i {display:none}",
        "table tr td i.x {DISPLAY : None !important}",
        "div i, .a i, p>i, i.x{visibility:hidden}",
        "i[class=x]{display:none}",
        "td i:nth-child(1){display:none}",
        "b + i{display:none}",
        "@media screen { i { display:none } }",
        "@media all and (min-width:600px){ i{display:none} }",
        "@supports (display:grid) { i{display:none} }",
        ".x{color:#fff}",
        "i::before{content:'5'}",
        "i:after { content : attr(data-n) }",
        "td::after{content:counter(n)}",
        "i{content:url(5.png)}",
        "i{vertical-align:super}",
        "td{color:red; & i{display:none}}",
        ":root{--d:none} i{display:var(--d)}",
        ":root{--c:#fff} i{color:var(--c)}",
        "i{display:var(--unknown)}",
        "table{font-size:0}",
        "td i{text-decoration-line:line-through}",
    ],
)
def test_a_sheet_that_hides_marks_or_prints_beside_a_figure_makes_it_unsure(css: str) -> None:
    assert _figure("1<i class=x>7</i>", css)[0] == "unsure"


@pytest.mark.parametrize(
    "css",
    [
        "@media print{ i{display:none} }",
        "@media (max-width:768px){ i{display:none} }",
        "i:hover{display:none}",
        "i.y{display:none}",
        "p i{display:none}",
        "i{display:none} td i.x{display:inline}",
        "i{display:none} i{display:inline!important} i{display:none}",
        "/* i{display:none} */",
        "@keyframes fade{ from{opacity:0} }",
        "i::before{content:''} i::after{content:'\\200b'} .c::after{content:'.';height:0;visibility:hidden}",
        "i{color:#333} td{background:#fff}",
        ":root{--c:#333;--d:inline} i{color:var(--c);display:var(--d);background:var(--none,white)}",
        "table{font-size:0} td{font-size:14px}",
        "@font-face{font-family:a;src:url(a.woff)}",
    ],
)
def test_a_sheet_that_does_not_count_changes_nothing(css: str) -> None:
    assert _figure("1<i class='x c'>7</i>", css) == ("number", 17)


@pytest.mark.parametrize(
    "cell",
    [
        "<span style='font-size:0'><span style='font-size:14px'>12</span></span>",
        "<div style='visibility:hidden'><b style='visibility:visible'>12</b></div>",
        "<div style='background-color:#336699'><span style='color:#fff'>12</span></div>",
        "<span style='color:#c00;background:white'>12</span>",
        "<span style='width:0'>12</span>",
        "<span style='transform:translate3d(0,0,0)'>12</span>",
        "<span style='text-transform:uppercase'>12</span>",
        "<span style='background:#eee'>12</span>",
        "<span class='hidden-xs MsoNormal'>12</span>",
        "<o:p></o:p>12<o:p>&nbsp;</o:p>",
        "<!--[if gte vml 1]><v:x>9</v:x><![endif]-->12<![if !vml]><![endif]>",
        "<ins>12</ins>",
        "<span dir=rtl>12</span>",
    ],
)
def test_a_figure_that_is_seen_is_read(cell: str) -> None:
    assert _figure(cell) == ("number", 12)


def test_light_figures_on_a_dark_row_are_seen_and_on_none_they_are_not() -> None:
    rows = "<table><tr style='background:#036;color:#fff'><td>1<td bgcolor=white>2<tr style='color:#fff'><td>3<td style='color:#000'>4</table>"
    (grid,) = html.read(rows.encode()).grids
    assert [[cell.text for cell in row] for row in grid.rows] == [["1", "^2"], ["^3", "4"]]


def test_a_blank_is_claimed_only_for_a_cell_that_shows_nothing() -> None:
    css = "<style>.n::after{content:attr(data-n)}</style>"
    row = "<td class=n data-n=5></td><td>&nbsp;<o:p></o:p></td><td style='visibility:hidden'>5</td><td data-bind=x></td>"
    (grid,) = html.read(f"{css}<table><tr>{row}</table>".encode()).grids
    assert [(cell.text, cell.closed) for cell in grid.rows[0]] == [
        ("", False),
        ("", True),
        ("", False),
        ("", False),
    ]


SIZES = [
    ('299<span style="font-size:6px">1</span>', None),
    ('299<span style="font-size:x-small">1</span>', None),
    ('<span style="font-size:12pt">299</span><span style="font-size:7pt">1</span>', None),
    ('299<b style="font-size:.6em"><i>1</i></b>', None),
    ("299<span class=n>1</span>", None),
    ("299<font size=1>1</font>", None),
    ("299<a href=#n1>1</a>", None),
    ('299<a href="#n1">[1]</a>', None),
    ("<a href=#n1>299</a>", 299),
    ('29<a href="/x.html">9</a>', 299),
    ('<span style="font-size:6px">299</span>', 299),
    ('<span style="font-size:12pt">2</span><span style="font-size:10.5pt">99</span>', 299),
    ('<p style="font-size:8px"><span style="font-size:8px">29</span><span>9</span></p>', 299),
    ('<span style="font-size:10px">29</span><font size=1>9</font>', 299),
    ("<p class=MsoNormal><span style='font-size:9.0pt'>29</span><span>9</span></p>", 299),
    ("<p class=MsoNormal><span>299</span><span style='font-size:6px'>1</span></p>", None),
]


@pytest.mark.parametrize(("markup", "value"), SIZES)
def test_digits_in_much_smaller_type_or_linked_down_the_page_are_a_note(
    markup: str, value: int | None
) -> None:
    css = "<style>.n{font-size:60%}</style>"
    (grid,) = html.read(f"{css}<table><tr><td>规章</td><td>{markup}</td></table>".encode()).grids
    assert read_number(grid.rows[0][1].text).value == value


def test_elements_shown_as_a_table_are_one() -> None:
    css = "<style>.t{display:table}.t>div{display:table-row}.t>div>*{display:table-cell}</style>"
    markup = f"{css}<div class=t><div><span>规章</span><p>1</p></div><div><i>2</i></div></div>"
    (grid,) = html.read(markup.encode()).grids
    assert [[cell.text for cell in row] for row in grid.rows] == [["规章", "1"], ["2"]]


@pytest.mark.parametrize(
    "markup",
    [
        "<style>" + "/*" * 400_000,
        "<style>" + "{" * 400_000,
        "<style>" + "[" * 400_000 + "{display:none}",
        "<style>" + ":a(" * 200_000 + "{display:none}",
        f"<p style='left:-{'9' * 400_000}'>",
        f"<p style='color:{'rgb(' * 100_000}'>",
        f"<style>td::after{{content:'{' ' * 400_000}}}</style>",
        f"<table><tr><td>{'<b style=top:1px;position:relative>1</b>' * 5_000}",
        f"<script>innerHTML '<table'{chr(92)}{'`' + chr(10)} {('`' + chr(92)) * 100_000}</script>",
    ],
)
def test_hostile_styles_and_scripts_are_read_or_refused(markup: str) -> None:
    assert html.read(f"{markup}</style><p>政府信息".encode()).text.endswith("政府信息")


def test_sheets_too_intricate_to_follow_are_refused() -> None:
    sheet = "".join(f"p{{color:#{number:06x}}}" for number in range(5_000))
    elements = "".join(f"<p id=a{number}>x" for number in range(1_000))
    with pytest.raises(Unreadable, match="intricate"):
        html.read(f"<style>{sheet}</style>{elements}".encode())
