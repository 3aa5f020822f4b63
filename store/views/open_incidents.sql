-- What is wrong now, the most severe first.
SELECT i.id, i.kind, i.severity, i.publisher, p.name AS publisher_name, p.region, i.year, i.source, i.opened_at,
  i.told, i.reminded_at, i.key, i.detail
FROM incidents i LEFT JOIN publishers p ON p.id = i.publisher
WHERE i.resolved_at IS NULL
ORDER BY CASE i.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 WHEN 'notice' THEN 2 ELSE 3 END, i.opened_at
