-- Every finding of the readings that stand for their reports, and of rules across reports, with what people decided.
-- A decision holds for its fingerprint; and, in the very bytes it was made on, for the same claim whose document reads
-- otherwise elsewhere since.
SELECT f.*, v.decision, v.by AS decided_by, v.at AS decided_at, v.note AS decision_note,
  iif(v.decision = 'accepted', v.by, NULL) AS confirmed_by
FROM (
  SELECT f.id AS finding, r.report, r.publisher, r.year, f.reading, f.rule, f.version, f.kind, f.level, f.message,
    f.message_zh, f.keys, f.left_value, f.right_value, f.fingerprint, f.claim, r.document, d.sha256, d.url,
    f.settled_by, f.judged_with,
    coalesce(
      (SELECT i.review FROM reviews_in_force i WHERE i.fingerprint = f.fingerprint),
      (SELECT max(i.review) FROM reviews_in_force i
        WHERE i.publisher = r.publisher AND i.year = r.year AND i.claim = f.claim AND i.claim <> ''
          AND i.sha256 = d.sha256)) AS review
  FROM latest_readings r JOIN findings f ON f.reading = r.reading JOIN documents d ON d.id = r.document
  UNION ALL
  SELECT f.id, f.report, p.publisher, p.year, NULL, f.rule, f.version, f.kind, f.level, f.message, f.message_zh, f.keys,
    f.left_value, f.right_value, f.fingerprint, f.claim, NULL, NULL, NULL, f.settled_by, f.judged_with,
    (SELECT i.review FROM reviews_in_force i WHERE i.fingerprint = f.fingerprint)
  FROM findings f JOIN reports p ON p.id = f.report WHERE f.reading IS NULL
) f LEFT JOIN reviews v ON v.id = f.review
