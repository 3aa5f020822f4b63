-- The newest version at each address: the one seen last, whatever came between (A, B, A gives A). A picture that is
-- read with its page is a part of that version. What people supplied stays: several files may be from one address.
SELECT d.* FROM documents d
WHERE NOT d.part AND (d.supplied_by IS NOT NULL OR d.id = (
  SELECT o.id FROM documents o WHERE o.url = d.url AND coalesce(o.source, '') = coalesce(d.source, '')
  ORDER BY o.last_seen DESC, o.id DESC LIMIT 1
))
