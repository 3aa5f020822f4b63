-- Every figure of the reading that stands for its report, with the headings of the official form.
SELECT r.report, r.publisher, p.name AS publisher_name, p.region, r.year, r.edition, k.key, k.section, k.block,
  k.row_label, k.column_label, f.value, f.text, coalesce(f.unit, k.unit) AS unit, f.state, f.origin, r.document,
  r.reading
FROM latest_readings r
JOIN publishers p ON p.id = r.publisher
JOIN figures f ON f.reading = r.reading
JOIN figure_keys k ON k.id = f.key
