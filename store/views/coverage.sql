-- How many of the watched publishers' reports stand how, by region and year.
SELECT region, year, count(*) AS reports,
  sum(status = 'on time') AS on_time,
  sum(status = 'on time by its own date') AS on_time_by_own_date,
  sum(status = 'late') AS late,
  sum(status = 'published, timing unproved') AS timing_unproved,
  sum(status = 'missing') AS missing,
  sum(status = 'not found') AS not_found,
  sum(status = 'withdrawn') AS withdrawn,
  sum(status = 'unknown') AS unknown,
  sum(status = 'awaited') AS awaited,
  sum(status = 'not due') AS not_due
FROM report_status GROUP BY region, year
