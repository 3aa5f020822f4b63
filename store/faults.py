"""What counts as a fault of a report, and which versions of it are there, as SQL: one definition for all who ask.

Aliases: `f` a row of findings, judged_findings or open_findings; `d` a row of documents or latest_documents.
"""

from __future__ import annotations

# `invalid`: a printed sum on which two readings agree. `doubtful`: whatever else is wrong or looks wrong and is the
# publisher's, also where it is as grave (a whole section is missing). NULL: our own doubt, or nothing to tell.
FAULT_KIND = """
CASE WHEN f.level = 'error' AND f.kind = 'printed_error' THEN 'invalid'
  WHEN f.level IN ('error', 'warning') AND f.kind <> 'unsure' THEN 'doubtful' END
"""
# A version whose address answered last that it is gone stands for nothing any more.
STILL_THERE = """
coalesce((SELECT k.kind FROM captures k WHERE k.url = d.url AND k.kind <> 'list'
  ORDER BY k.seen_at DESC, k.id DESC LIMIT 1), '') <> 'gone'
"""
# Reports of which a version that is there was not read. A cover page without figures counts as read where its
# attachment was.
UNREAD = f"""
SELECT DISTINCT l.report FROM latest_documents d JOIN links l ON l.id = d.link
WHERE l.report IS NOT NULL AND {STILL_THERE} AND NOT EXISTS (
  SELECT 1 FROM readings r JOIN documents x ON x.id = r.document
  WHERE (x.id = d.id OR x.parent = d.id) AND r.error_kind IS NULL)
"""  # noqa: S608 - our own text
