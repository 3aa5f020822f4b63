-- The reading that stands for each report: among the newest versions, a whole form before none, what a visit brought
-- before what a person supplied, then the newest.
SELECT report, publisher, year, reading, document, edition, title, publisher_text, reader, read_at, figures, unsure
FROM (
  SELECT c.*, row_number() OVER (
    PARTITION BY c.report ORDER BY c.figures > 0 DESC, c.supplied, c.document_first_seen DESC, c.unsure, c.figures DESC, c.reading
  ) AS place
  FROM (
    SELECT p.id AS report, p.publisher, p.year, r.id AS reading, r.document, r.edition, r.title, r.publisher_text,
      r.reader, r.read_at, d.first_seen AS document_first_seen, d.supplied_by IS NOT NULL AS supplied,
      (SELECT count(*) FROM figures f WHERE f.reading = r.id) AS figures,
      (SELECT count(*) FROM figures f WHERE f.reading = r.id AND f.state = 'unsure') AS unsure
    FROM readings r JOIN latest_documents d ON d.id = r.document JOIN reports p ON p.id = r.report
    WHERE r.error_kind IS NULL
  ) c
)
WHERE place = 1
