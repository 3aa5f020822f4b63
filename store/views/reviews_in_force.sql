-- The newest decision on each finding and each figure, where it was not undone.
SELECT r.id AS review, r.fingerprint, r.decision, r.publisher, r.year, r.rule, r.version, r.claim, r.message, r.message_zh,
  r.key, r.state, r.value, r.read_value, r.read_state, r.read_text, r.document AS sha256, r.stands_in, r.note, r.by, r.at
FROM reviews r
WHERE r.decision <> 'undone' AND r.id = (SELECT max(n.id) FROM reviews n WHERE n.fingerprint = r.fingerprint)
