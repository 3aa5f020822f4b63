-- The findings that count: nobody dismissed them, and no corrected figure settles them.
SELECT finding, report, publisher, year, reading, rule, version, kind, level, message, message_zh, keys, left_value,
  right_value, fingerprint, document, sha256, url, decision, confirmed_by, decided_at, decision_note
FROM judged_findings
WHERE decision IS NOT 'dismissed' AND settled_by IS NULL
