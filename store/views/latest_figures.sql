-- Every figure of the reading that stands for its report, with the headings of the official form. Where a person
-- corrected it, `value` is theirs and `state` is corrected; what was read stands beside it.
SELECT r.report, r.publisher, p.name AS publisher_name, p.region, r.year, r.edition, k.key, k.section, k.block,
  k.row_label, k.column_label, iif(c.key IS NULL, f.value, c.value) AS value, f.text, coalesce(f.unit, k.unit) AS unit,
  iif(c.key IS NULL, f.state, 'corrected') AS state, f.origin, r.document, r.reading, f.value AS read_value,
  f.state AS read_state, v.by AS corrected_by, v.at AS corrected_at, v.stands_in AS corrected_from
FROM latest_readings r
JOIN publishers p ON p.id = r.publisher
JOIN figures f ON f.reading = r.reading
JOIN figure_keys k ON k.id = f.key
LEFT JOIN corrected_figures c ON c.reading = f.reading AND c.key = f.key
LEFT JOIN reviews v ON v.id = c.review
