SELECT s.reading * 1000 + CAST(s.key AS INTEGER) AS id, s.reading, p.publisher, r.year, s.title, s.text
FROM sections s JOIN readings r ON r.id = s.reading LEFT JOIN reports p ON p.id = r.report
UNION ALL
SELECT n.reading * 1000 + 9 + n.place, n.reading, p.publisher, r.year, n.kind, n.text
FROM notes n JOIN readings r ON r.id = n.reading LEFT JOIN reports p ON p.id = r.report
