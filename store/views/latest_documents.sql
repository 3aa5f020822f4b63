-- The newest version at each address: the one seen last, whatever came between (A, B, A gives A).
SELECT d.* FROM documents d
WHERE d.id = (
  SELECT o.id FROM documents o WHERE o.url = d.url AND coalesce(o.source, '') = coalesce(d.source, '')
  ORDER BY o.last_seen DESC, o.id DESC LIMIT 1
)
