"""The parts of Word documents: prefixes, packages, numbering, text boxes, footnotes, pictures."""

from __future__ import annotations

import pytest

from parsers.model import Pictures
from parsers.readers import docx as reader
from tests.parsers.office_making import (
    KEY,
    MAIN,
    WP,
    A,
    box,
    document,
    docx,
    figure,
    main_of,
    packed,
    parts,
    read,
    run,
    with_paragraph,
)


def test_the_strict_form_is_read() -> None:
    strict = document().replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert figure(docx(strict)).value == 122


def test_another_prefix_is_read() -> None:
    text = (
        document()
        .replace("<w:", "<q:")
        .replace("</w:", "</q:")
        .replace(" w:", " q:")
        .replace("xmlns:w=", "xmlns:q=")
    )
    assert figure(docx(text)).value == 122
    raised = text.replace(
        "<q:t>122</q:t>",
        '<q:t>12</q:t></q:r><q:r><q:rPr><q:vertAlign q:val="superscript"/></q:rPr><q:t>2</q:t>',
        1,
    )
    assert figure(docx(raised)).state == "unsure"


def test_the_main_part_is_the_one_that_the_package_names() -> None:
    decoy = document().replace("<w:t>122</w:t>", "<w:t>999</w:t>")
    members = {**parts(), MAIN: decoy.encode(), "word/document2.xml": document().encode()}
    members["_rels/.rels"] = members["_rels/.rels"].replace(b"word/document.xml", b"word/document2.xml")
    members["word/_rels/document2.xml.rels"] = members["word/_rels/document.xml.rels"]
    assert figure(packed(members)).value == 122


def test_a_flat_document_is_read() -> None:
    relations = parts()["_rels/.rels"].decode().partition("?>")[2]
    main = document().partition("?>")[2]
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/_rels/.rels"><pkg:xmlData>{relations}</pkg:xmlData></pkg:part>'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{main}</pkg:xmlData></pkg:part></pkg:package>'
    )
    assert figure(flat.encode()).value == 122


def test_labels_with_automatic_numbers_are_known() -> None:
    text = document()
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    for label in ("1.属于国家秘密", "2.重复申请", "（一）予以公开", "一、本年新收政府信息公开申请数量"):
        place = text.index(f"<w:t>{label}</w:t>")
        begin = text.rindex("<w:p>", 0, place)
        bare = label.lstrip("12.（一）、")
        text = (
            text[:begin]
            + "<w:p>"
            + numbered
            + text[begin + 5 :].replace(f"<w:t>{label}</w:t>", f"<w:t>{bare}</w:t>", 1)
        )
        text = text.replace(f"{numbered}<w:pPr>", "<w:pPr>" + numbered[7:-8], 1)
    parsed = read(docx(text))
    assert {f.state for f in parsed.figures} == {"number"}
    assert len(parsed.figures) == 200


def test_words_under_a_merged_cell_doubt_it() -> None:
    text = document()
    place = text.index("<w:vMerge/>", text.index("申请人情况"))
    paragraph = text.index("<w:p", place)
    end = text.index(">", paragraph) + 1
    if text[end - 2] == "/":
        text = text[:paragraph] + f"<w:p>{run('7')}</w:p>" + text[end:]
    else:
        text = text[:end] + run("7") + text[end:]
    reading = reader.read(docx(text))
    assert "\n7\n" not in reading.text.partition("申请人情况")[2][:400]


def test_digits_that_float_over_the_page_doubt_every_blank() -> None:
    place = document().index("<w:tbl>")
    anchored = f"<w:p>{box(run('7'))}</w:p>"
    changed = with_paragraph("")
    assert figure(changed).state == "blank"
    text = main_of(changed).decode()
    assert figure(docx(text[:place] + anchored + text[place:])).state == "unsure"


def test_a_text_box_stands_in_the_text_once() -> None:
    text = document()
    place = text.index("<w:p>")
    reading = reader.read(docx(text[:place] + f"<w:p>{box(run('红头文件'))}</w:p>" + text[place:]))
    assert reading.text.count("红头文件") == 1


def test_a_table_in_a_text_box_is_read() -> None:
    text = document()
    begin = text.index("<w:tbl>")
    end = text.index("</w:tbl>") + len("</w:tbl>")
    inside = f"<w:p>{box('X')}</w:p>".replace("<w:p>X</w:p>", text[begin:end])
    parsed = read(docx(text[:begin] + inside + text[end:]))
    assert {f.key: f.value for f in parsed.figures}[KEY] == 122
    assert len(parsed.figures) == 200


def test_footnotes_stand_at_the_end_of_the_text() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="2"><w:p><w:r><w:t>注：含往年</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="3"><w:p><w:r><w:t>无人引用</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    relations = parts()["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="n9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"'
        b' Target="footnotes.xml"/></Relationships>',
    )
    others = {"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": relations}
    body = with_paragraph(run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>', others=others)
    assert reader.read(body).text.splitlines()[-1] == "[1] 注：含往年"
    assert figure(body).text.startswith("12^1")


def test_a_document_whose_tables_are_pictures_says_so() -> None:
    body = with_picture()
    with pytest.raises(Pictures):
        reader.read(body)
    assert reader.pictures(body) == [b"\x89PNG"]


def with_picture() -> bytes:
    drawing = (
        f'<w:drawing><wp:inline {WP}><wp:extent cx="5000000" cy="3000000"/><a:blip {A}'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="p9"/></wp:inline></w:drawing>'
    )
    text = document()
    begin, end = text.index("<w:body>") + 8, text.index("</w:body>")
    relations = parts()["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", b'<Relationship Id="p9" Type="x/image" Target="media/a.png"/></Relationships>'
    )
    return docx(
        f"{text[:begin]}<w:p><w:r>{drawing}</w:r></w:p>{text[end:]}",
        {"word/_rels/document.xml.rels": relations, "word/media/a.png": b"\x89PNG"},
    )
