"""Word documents: what is printed is read, and what may be printed is doubted."""

from __future__ import annotations

import pytest

from tests.parsers.office_making import (
    KEY,
    MAIN,
    MC,
    W14,
    WP,
    M,
    box,
    document,
    docx,
    figure,
    main_of,
    packed,
    parts,
    read,
    run,
    with_cell,
    with_paragraph,
)

_DRAWING = f"<w:r><w:drawing><wp:inline {WP}/></w:drawing></w:r>"


_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


PRINTED = {
    "two runs": (run("1") + run("3"), 13),
    "a tracked insertion": (f'<w:ins w:id="1">{run("13")}</w:ins>', 13),
    "a link": (f"<w:hyperlink>{run('13')}</w:hyperlink>", 13),
    "a smart tag in a smart tag": (f"<w:smartTag><w:smartTag>{run('13')}</w:smartTag></w:smartTag>", 13),
    "a content control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('13')}</w:sdtContent></w:sdt>", 13),
    "a field with its result": (
        _FIELD.format("=SUM(LEFT) 99", run("13")),
        13,
    ),
    "a simple field": (f'<w:fldSimple w:instr="=1+12">{run("13")}</w:fldSimple>', 13),
    "a bookmark and a spelling mark": (f'<w:bookmarkStart w:id="9" w:name="x"/><w:proofErr w:type="spellStart"/>{run("13")}<w:bookmarkEnd w:id="9"/>', 13),
    "a comment": (f'<w:commentRangeStart w:id="1"/>{run("13")}<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>', 13),
    "a toggle that is off": (run("13", '<w:vanish w:val="0"/><w:strike w:val="false"/>'), 13),
    "a baseline": (run("13", '<w:vertAlign w:val="baseline"/><w:position w:val="0"/>'), 13),
    "black on grey": (run("13", '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="D9D9D9"/>'), 13),
    "white on black": (run("13", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>'), 13),
    "filled with the text's own colour": (run("13", f'<w14:textFill {W14}><w14:solidFill><w14:schemeClr w14:val="tx1"/></w14:solidFill></w14:textFill>'), 13),
    "a comment of XML in the text": ("<w:r><w:t>1<!-- 9 -->3</w:t></w:r>", 13),
    "a bit wider": (run("13", '<w:w w:val="120"/>'), 13),
    "full-width digits": (run("１３"), 13),
    "a hyphen that does not break": ("<w:r><w:noBreakHyphen/><w:t>13</w:t></w:r>", -13),
    "a negative number": (run("-13"), -13),
    "two versions of one text": (
        f'<mc:AlternateContent {MC}><mc:Choice Requires="w14">{run("13")}</mc:Choice><mc:Fallback>{run("13")}</mc:Fallback></mc:AlternateContent>',
        13,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_read(name: str) -> None:
    content, value = PRINTED[name]
    assert figure(with_paragraph(content)).value == value


DOUBTFUL = {
    "deleted beside inserted": f'<w:del w:id="1"><w:r><w:delText>1</w:delText></w:r></w:del><w:ins w:id="2">{run("3")}</w:ins>',
    "only deleted": '<w:del w:id="1"><w:r><w:delText>122</w:delText></w:r></w:del>',
    "moved away": f'<w:moveFrom w:id="1">{run("122")}</w:moveFrom>',
    "raised": run("12") + run("2", '<w:vertAlign w:val="superscript"/>'),
    "lowered": run("12") + run("2", '<w:vertAlign w:val="subscript"/>'),
    "shifted": run("12") + run("2", '<w:position w:val="6"/>'),
    "struck": run("12", "<w:strike/>") + run("2"),
    "struck twice": run("12", "<w:dstrike/>"),
    "hidden beside": run("12") + run("2", "<w:vanish/>"),
    "all hidden": run("122", "<w:vanish/>"),
    "white": run("122", '<w:color w:val="FFFFFF"/>'),
    "nearly white": run("12") + run("2", '<w:color w:val="FEFEFE"/>'),
    "white by the theme": run("122", '<w:color w:themeColor="background1"/>'),
    "black on black": run("122", '<w:color w:val="000000"/><w:shd w:val="solid" w:color="000000"/>'),
    "red on red": run("122", '<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>'),
    "in much smaller type": run("12", '<w:sz w:val="21"/>') + run("2", '<w:sz w:val="14"/>'),
    "in much smaller type than usual": run("12") + run("2", '<w:sz w:val="8"/>'),
    "too small to see": run("12") + run("2", '<w:sz w:val="2"/>'),
    "too narrow to see": run("12") + run("2", '<w:w w:val="1"/>'),
    "filled with nothing": run("12") + run("2", f"<w14:textFill {W14}><w14:noFill/></w14:textFill>"),
    "filled with the paper's colour": run("122", f'<w14:textFill {W14}><w14:solidFill><w14:schemeClr w14:val="bg1"/></w14:solidFill></w14:textFill>'),
    "something in a text": '<w:r><w:t>12<w:tab/>2</w:t></w:r>',
    "in a font of pictures": run("122", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'),
    "a symbol beside": run("12") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
    "a footnote": run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
    "an endnote": run("12") + '<w:r><w:endnoteReference w:id="2"/></w:r>',
    "a tab between": run("12") + "<w:r><w:tab/></w:r>" + run("2"),
    "a line break between": run("12") + "<w:r><w:br/></w:r>" + run("2"),
    "a picture beside": run("12") + _DRAWING,
    "only a picture": _DRAWING,
    "an object": "<w:r><w:object/></w:r>",
    "a formula": f"<m:oMath {M}><m:r><m:t>122</m:t></m:r></m:oMath>",
    "a text box beside": run("12") + box(run("2")),
    "only a text box": box(run("122")),
    "a field without a result": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>EQ 122</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "a field that never ends": '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("122"),
    "an element of no kind we know": run("12") + '<w:contentPart xmlns:r="urn:r" r:id="9"/>',
    "data that the document is bound to": f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x"/></w:sdtPr><w:sdtContent>{run("122")}</w:sdtContent></w:sdt>',
    "two versions that differ": f'<mc:AlternateContent {MC}><mc:Choice Requires="w14">{run("12")}</mc:Choice><mc:Fallback>{run("2")}</mc:Fallback></mc:AlternateContent>',
    "written backwards": run("122", "<w:rtl/>"),
    "turned round": f'<w:bdo w:val="rtl">{run("122")}</w:bdo>',
    "a reading beside": run("12") + f"<w:r><w:ruby><w:rt>{run('1')}</w:rt><w:rubyBase>{run('2')}</w:rubyBase></w:ruby></w:r>",
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_may_be_printed_otherwise_is_doubted(name: str) -> None:
    assert figure(with_paragraph(DOUBTFUL[name])).state == "unsure"


def test_an_empty_cell_is_blank() -> None:
    assert figure(with_paragraph("")).state == "blank"
    assert figure(with_paragraph(run("　"))).state == "blank"


def test_a_footnote_without_a_number_is_no_number() -> None:
    empty = figure(with_paragraph('<w:r><w:footnoteReference w:id="2"/></w:r>'))
    assert empty.value is None
    assert empty.state != "blank"


STYLES = {
    "hidden": "<w:vanish/>",
    "struck": "<w:strike/>",
    "raised": '<w:vertAlign w:val="superscript"/>',
    "white": '<w:color w:val="FFFFFF"/>',
}


def _styled(kind: str, properties: str) -> dict[str, bytes]:
    base = (
        f'<w:style w:type="{kind}" w:styleId="Base9"><w:name w:val="b"/><w:rPr>{properties}</w:rPr></w:style>'
    )
    own = f'<w:style w:type="{kind}" w:styleId="Own9"><w:name w:val="o"/><w:basedOn w:val="Base9"/></w:style>'
    return {
        "word/styles.xml": parts()["word/styles.xml"].replace(
            b"</w:styles>", f"{base}{own}</w:styles>".encode()
        )
    }


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("kind", ["paragraph", "character", "numbered"])
def test_styles_hide_strike_and_raise_too(name: str, kind: str) -> None:
    styles = _styled("character" if kind == "character" else "paragraph", STYLES[name])
    if kind == "numbered":
        styles = _styled("paragraph", "").copy()
        styles["word/styles.xml"] = styles["word/styles.xml"].replace(
            b'<w:name w:val="b"/>',
            b'<w:name w:val="b"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>',
        )
    content = (
        run("122", '<w:rStyle w:val="Own9"/>')
        if kind == "character"
        else f'<w:p><w:pPr><w:pStyle w:val="Own9"/></w:pPr>{run("122")}</w:p>'
    )
    if kind == "character":
        assert figure(with_paragraph(content, others=styles)).state == "unsure"
    else:
        whole = {**parts(), **styles}
        changed = with_cell(content)
        with_styles = packed({**whole, MAIN: main_of(changed)})
        assert figure(with_styles).state == "unsure"


def test_a_style_based_on_itself_ends() -> None:
    loop = '<w:style w:type="character" w:styleId="L9"><w:basedOn w:val="L9"/><w:rPr><w:strike/></w:rPr></w:style>'
    styles = {
        "word/styles.xml": parts()["word/styles.xml"].replace(b"</w:styles>", f"{loop}</w:styles>".encode())
    }
    assert figure(with_paragraph(run("122", '<w:rStyle w:val="L9"/>'), others=styles)).state == "unsure"


CELLS = {
    "two paragraphs": (f"<w:p>{run('12')}</w:p><w:p>{run('2')}</w:p>", "unsure"),
    "a paragraph mark deleted": (f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("12")}</w:p><w:p>{run("2")}</w:p>', "unsure"),
    "an empty nested table": ("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>", "unsure"),
    "a content control around": (f"<w:sdt><w:sdtContent><w:p>{run('122')}</w:p></w:sdtContent></w:sdt>", "number"),
    "an automatic number": (f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{run("2")}</w:p>', "unsure"),
    "an automatic number alone": ('<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>', "unsure"),
    "a number that is switched off": (f'<w:p><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>{run("2")}</w:p>', "number"),
    "a frame": (f'<w:p><w:pPr><w:framePr w:w="9"/></w:pPr>{run("122")}</w:p>', "unsure"),
    "left of the page": (f'<w:p><w:pPr><w:ind w:left="-9000"/></w:pPr>{run("122")}</w:p>', "unsure"),
    "a little to the left": (f'<w:p><w:pPr><w:ind w:left="-108"/></w:pPr>{run("122")}</w:p>', "number"),
    "another document": ('<w:altChunk xmlns:r="urn:r" r:id="9"/><w:p/>', "unsure"),
    "an empty paragraph before": (f"<w:p/><w:p>{run('122')}</w:p>", "number"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_blocks_in_a_cell(name: str) -> None:
    content, state = CELLS[name]
    assert figure(with_cell(content)).state == state


def test_a_figure_in_a_nested_table_is_doubted() -> None:
    nested = f"<w:tbl><w:tr><w:tc><w:p>{run('122')}</w:p></w:tc></w:tr></w:tbl><w:p/>"
    assert {f.key: f.state for f in read(with_cell(nested)).figures}[KEY] == "unsure"


@pytest.mark.parametrize("property_", ['<w:cellDel w:id="1"/>', '<w:cellIns w:id="1"/>'])
def test_cells_that_were_added_or_deleted_are_doubted(property_: str) -> None:
    assert figure(with_paragraph(run("122"), cell=property_)).state == "unsure"


@pytest.mark.parametrize(
    "said", ["<w:hidden/>", '<w:del w:id="1"/>', '<w:trHeight w:val="20" w:hRule="exact"/>']
)
def test_a_row_that_is_not_printed_is_doubted(said: str) -> None:
    text = document()
    place = text.rindex("<w:tr>", 0, text.index(">行政规范性文件<"))
    parsed = read(docx(text[:place] + f"<w:tr><w:trPr>{said}</w:trPr>" + text[place + len("<w:tr>") :]))
    states = {f.key: f.state for f in parsed.figures}
    assert {
        states[f"disclosure.normative_documents.{column}"] for column in ("issued", "repealed", "in_force")
    } == {"unsure"}
    assert sum(state == "unsure" for state in states.values()) == 3


def test_rows_and_cells_in_content_controls_are_in_the_table() -> None:
    text = document()
    place = text.rindex("<w:tr>", 0, text.index(">行政规范性文件<"))
    end = text.index("</w:tr>", place) + len("</w:tr>")
    wrapped = f"<w:sdt><w:sdtContent>{text[place:end]}</w:sdtContent></w:sdt>"
    assert figure(docx(text[:place] + wrapped + text[end:])).value == 122
