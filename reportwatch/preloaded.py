"""Loaded once, before the workers are split off from it: what every document needs, and nothing that only some do.

A small page is read on the way, so that the forms and the rules are loaded as well and no worker loads them again.
pdfplumber, OCR and imaging stay outside: a worker of the first lane must do without them.
"""

from __future__ import annotations

import parsers
import parsers.readers.html
import parsers.readers.pdf
import parsers.readers.text
import reportwatch.reading  # noqa: F401 - what the workers call

_PAGE = """<html><head><title>示范市财政局2025年政府信息公开工作年度报告</title></head><body><p>一、总体情况</p><p>无</p>
<p>二、主动公开政府信息情况</p><table><tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr></table></body></html>"""

parsers.parse(_PAGE.encode(), "text/html", "first")
