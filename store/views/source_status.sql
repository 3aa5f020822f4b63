-- Each watched list page: how it was last seen, and since when it was last seen well at its present address.
SELECT s.id AS source, s.url, s.family, s.region, s.probed,
  (SELECT count(*) FROM publisher_sources x JOIN publishers p ON p.id = x.publisher AND p.watched
    WHERE x.source = s.id) AS publishers,
  (SELECT count(*) FROM links l WHERE l.source = s.id) AS links,
  CASE
    WHEN c.id IS NULL AND s.family = 'unsupported' THEN 'unsupported'
    WHEN c.id IS NULL THEN 'never visited'
    ELSE c.outcome
  END AS state,
  c.blind_kind, c.reason, c.started_at AS last_visit, g.started_at AS last_good, g.pages AS last_good_pages,
  g.entries AS last_good_entries, s.url_since,
  (SELECT count(*) FROM crawls b WHERE b.source = s.id AND b.outcome = 'blind'
    AND b.started_at > coalesce(g.started_at, '')) AS blind_since
FROM sources s
LEFT JOIN crawls c ON c.id = (
  SELECT id FROM crawls WHERE source = s.id AND outcome <> 'running' ORDER BY started_at DESC, id DESC LIMIT 1)
LEFT JOIN crawls g ON g.id = (
  SELECT id FROM crawls WHERE source = s.id AND outcome = 'good' AND url = s.url AND started_at >= s.url_since
  ORDER BY started_at DESC, id DESC LIMIT 1)
WHERE s.watched
