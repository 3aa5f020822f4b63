-- The one place where it is decided how each report of a watched publisher stands. It has no clock: `as_of` is when
-- `check` looked last. All times are UTC text and compare as text; a due date is over at `due_ends`.
-- Only good visits of a source at its present address prove that something is not there.
WITH
source_now AS MATERIALIZED (
  SELECT s.id, s.url, s.url_since,
    (SELECT c.started_at FROM crawls c WHERE c.source = s.id AND c.outcome = 'good' AND c.url = s.url
      AND c.started_at >= s.url_since ORDER BY c.started_at DESC LIMIT 1) AS last_good,
    (SELECT c.outcome FROM crawls c WHERE c.source = s.id AND c.outcome <> 'running'
      ORDER BY c.started_at DESC, c.id DESC LIMIT 1) AS last_outcome
  FROM sources s WHERE s.watched
),
-- Lists that have shown watched bodies' reports at their present address: for which years, and since when.
shown AS MATERIALIZED (
  SELECT n.id AS source, coalesce(r.year, l.year) AS year, min(l.first_seen) AS since
  FROM source_now n JOIN links l ON l.source = n.id LEFT JOIN reports r ON r.id = l.report
  WHERE (l.report IS NOT NULL OR l.match = 'other years') AND l.last_seen >= n.url_since
  GROUP BY 1, 2
),
right_lists AS MATERIALIZED (SELECT source, max(year) AS newest FROM shown GROUP BY source),
standing AS MATERIALIZED (
  SELECT x.publisher, count(*) AS sources, sum(n.last_good IS NULL) AS never_good, min(n.last_good) AS last_good,
    sum(n.last_good IS NULL OR n.last_outcome = 'blind') AS blind_sources,
    min(iif(n.last_good IS NULL, n.url_since, NULL)) AS unread_since
  FROM publisher_sources x JOIN source_now n ON n.id = x.source
  GROUP BY x.publisher
),
-- What people supplied, and whether the document itself says that it is something else.
supplied AS MATERIALIZED (
  SELECT p.id AS report, d.id AS document, coalesce(b.by, d.supplied_by) AS by, coalesce(b.seen_at, d.first_seen) AS at,
    EXISTS (SELECT 1 FROM readings r WHERE r.document = d.id
      AND r.match IN ('supplied, says otherwise', 'supplied, no report in it')) AS doubtful
  FROM documents d JOIN reports p ON p.publisher = d.supplied_publisher AND p.year = d.supplied_year
  LEFT JOIN supplies b ON b.document = d.id
  WHERE d.supplied_by IS NOT NULL
),
brought AS MATERIALIZED (
  SELECT report, min(at) AS at, group_concat(DISTINCT by) AS by, count(DISTINCT iif(doubtful, document, NULL)) AS doubtful
  FROM supplied GROUP BY report
),
-- Entries whose printed year may be a slip: they show a report, but neither when it came nor that it went.
doubted AS MATERIALIZED (
  SELECT l.id AS link, l.report FROM links l JOIN possible_reports m ON m.link = l.id
  WHERE l.report IS NOT NULL GROUP BY l.id
),
-- Every proof that a report was there. An entry whose title moved to this year was seen since then; `unsure_since`.
sightings AS (
  SELECT l.report, coalesce(l.retitled_at, l.first_seen) AS at, l.published, 1 AS crawled,
    l.retitled_at IS NOT NULL AS unsure_since, l.id IN (SELECT link FROM doubted) AS doubted
  FROM links l WHERE l.report IS NOT NULL
  UNION ALL
  SELECT r.report, d.first_seen, d.published, d.supplied_by IS NULL, 0,
    coalesce(d.link IN (SELECT link FROM doubted), 0)
  FROM readings r JOIN documents d ON d.id = r.document WHERE r.report IS NOT NULL
  UNION ALL
  SELECT s.report, s.at, NULL, 0, 0, 0 FROM supplied s WHERE NOT s.doubtful
),
seen AS MATERIALIZED (
  SELECT report, min(at) AS first_seen, max(crawled) AS crawled, max(unsure_since) AS unsure_since,
    min(iif(doubted, NULL, at)) AS sure_since
  FROM sightings GROUP BY report
),
-- A page's date counts only if the report can have been published on it: after its year (some come in December),
-- and not later than the day on which it was there to be seen.
dates AS MATERIALIZED (
  SELECT s.report, min(c.published) AS page_date
  FROM seen s
  JOIN reports r ON r.id = s.report
  JOIN (
    SELECT report, published FROM sightings WHERE published IS NOT NULL
    UNION ALL
    SELECT l.report, d.published FROM links l JOIN documents d ON d.link = l.id
    WHERE l.report IS NOT NULL AND d.published IS NOT NULL
  ) c ON c.report = s.report
  WHERE c.published >= r.year || '-12-01' AND c.published <= date(s.first_seen, '+8 hours')
  GROUP BY s.report
),
-- A date after the due date may be that of a new website, on which old pages were put anew, or belong to a slip. Then
-- it proves nothing: more than a year late; beside a report of another year by the same body, or two by anybody, that
-- the list dates the same; and a month late, when it dates most of the year's reports so.
dated AS NOT MATERIALIZED (
  SELECT l.id AS link, l.source, l.report, l.year, r.publisher, l.published AS day
  FROM links l LEFT JOIN reports r ON r.id = l.report
  WHERE l.year IS NOT NULL AND l.kind <> 'other' AND l.published IS NOT NULL
  UNION ALL
  SELECT l.id, l.source, l.report, l.year, r.publisher, d.published
  FROM links l JOIN documents d ON d.link = l.id LEFT JOIN reports r ON r.id = l.report
  WHERE l.year IS NOT NULL AND l.kind <> 'other' AND d.published IS NOT NULL
),
no_proof AS MATERIALIZED (
  SELECT d.report FROM dates d JOIN reports r ON r.id = d.report
  WHERE d.page_date > r.due AND (
    d.page_date > date(r.due, '+366 days')
    OR d.report IN (SELECT report FROM doubted)
    OR EXISTS (
      SELECT 1 FROM links l JOIN dated o ON o.source = l.source AND o.year <> r.year
        AND o.day BETWEEN date(d.page_date, '-3 days') AND date(d.page_date, '+3 days')
      WHERE l.report = d.report
      GROUP BY l.id HAVING count(DISTINCT o.link) > 1 OR max(o.publisher IS r.publisher))
    OR (d.page_date > date(r.due, '+31 days') AND EXISTS (
      SELECT 1 FROM links l JOIN dated o ON o.source = l.source AND o.year = r.year AND o.report IS NOT NULL
      WHERE l.report = d.report GROUP BY l.id
      HAVING count(DISTINCT iif(
          o.day BETWEEN date(d.page_date, '-3 days') AND date(d.page_date, '+3 days'), o.report, NULL
        )) >= max(3, count(DISTINCT o.report) / 2 + 1)))
  )
),
-- Gone: three good visits over three days lacked the entry, and the last answer for its page since then was that it
-- is not there (404, 410). A page that refuses us, or was never asked for, proves nothing.
gone_links AS MATERIALIZED (
  SELECT l.report, count(*) AS links
  FROM source_now n JOIN links l ON l.source = n.id
  WHERE l.report IS NOT NULL AND l.last_seen < n.last_good AND l.last_seen >= n.url_since
    AND (
      SELECT count(*) >= 3 AND max(c.started_at) >= strftime('%Y-%m-%dT%H:%M:%SZ', min(c.started_at), '+3 days')
      FROM crawls c WHERE c.source = l.source AND c.outcome = 'good' AND c.url = n.url AND c.started_at > l.last_seen)
    AND (
      SELECT k.kind FROM captures k WHERE k.url = l.url AND k.seen_at > l.last_seen
        AND k.kind IN ('gone', 'failed', 'document', 'unchanged')
      ORDER BY k.seen_at DESC, k.kind = 'gone', k.id DESC LIMIT 1) = 'gone'
    AND l.id NOT IN (SELECT link FROM doubted)
    -- The list still shows a report of these years: nobody left it for another.
    AND EXISTS (
      SELECT 1 FROM links o LEFT JOIN reports p ON p.id = o.report
      WHERE o.source = l.source AND o.last_seen >= n.last_good AND (o.report IS NOT NULL OR o.match = 'other years')
        AND coalesce(p.year, o.year) >= (SELECT q.year FROM reports q WHERE q.id = l.report) - 3)
    AND NOT EXISTS (
      SELECT 1 FROM documents d JOIN captures k ON k.document = d.id
      WHERE d.link = l.id AND k.kind IN ('document', 'unchanged') AND k.status IN (200, 304)
        AND k.seen_at > l.last_seen)
  GROUP BY l.report
),
gone AS MATERIALIZED (
  SELECT g.report FROM gone_links g WHERE g.links = (SELECT count(*) FROM links l WHERE l.report = g.report)
),
-- The list names it, and its page answers that it is not there: since it was last had, at least three good visits of
-- the list over three days, all with the entry still on it, were told so by a plain 404 or 410, and no visit had it.
-- Refusals and other failures say neither; a page in the place of another, or a firewall's, is no such answer.
answered_gone AS MATERIALIZED (
  SELECT l.report, l.id AS link, min(k.seen_at) AS since
  FROM source_now n JOIN links l ON l.source = n.id
  JOIN captures k ON k.url = l.url AND k.kind = 'gone' AND k.status IN (404, 410) AND k.note LIKE 'http_error: %'
  JOIN crawls c ON c.id = k.crawl AND c.source = l.source AND c.outcome = 'good' AND c.url = n.url
    AND c.started_at >= n.url_since AND c.started_at <= l.last_seen
  WHERE l.report IS NOT NULL AND l.id NOT IN (SELECT link FROM doubted)
    AND k.seen_at > (
      SELECT max(h.seen_at) FROM captures h WHERE h.url = l.url AND h.kind IN ('document', 'unchanged'))
    AND EXISTS (
      SELECT 1 FROM documents d JOIN captures h ON h.document = d.id
      WHERE d.link = l.id AND d.supplied_by IS NULL AND h.url = l.url AND h.kind IN ('document', 'unchanged')
        AND h.status IN (200, 304))
  GROUP BY l.id
  HAVING count(DISTINCT c.id) >= 3 AND max(k.seen_at) >= strftime('%Y-%m-%dT%H:%M:%SZ', min(k.seen_at), '+3 days')
),
-- Not where anything else of it stands: another entry, an attachment, a copy, what a person supplied.
page_gone AS MATERIALIZED (
  SELECT g.report, max(g.since) AS since
  FROM answered_gone g
  GROUP BY g.report
  HAVING count(*) = (SELECT count(*) FROM links l WHERE l.report = g.report)
    AND NOT EXISTS (SELECT 1 FROM supplied b WHERE b.report = g.report)
    AND EXISTS (SELECT 1 FROM readings r WHERE r.report = g.report AND r.error_kind IS NULL)
    AND NOT EXISTS (
      SELECT 1 FROM (
        SELECT d.id, d.url FROM documents d JOIN links l ON l.id = d.link WHERE l.report = g.report
        UNION
        SELECT d.id, d.url FROM readings r JOIN documents d ON d.id = r.document WHERE r.report = g.report
      ) v
      WHERE v.url NOT IN (SELECT l.url FROM answered_gone a JOIN links l ON l.id = a.link WHERE a.report = g.report)
        AND coalesce((
          SELECT k.kind FROM captures k WHERE k.url = v.url AND k.kind IN ('gone', 'document', 'unchanged')
          ORDER BY k.seen_at DESC, k.id DESC LIMIT 1), '') <> 'gone')
),
-- What is known of each report, with the visits that matter for it.
known AS MATERIALIZED (
  SELECT r.id AS report, r.publisher, p.name AS publisher_name, p.kind, p.region, p.level, r.year, r.owed, r.due, r.due_ends,
    r.due_basis, r.due_source, r.due_source_zh, r.alert_from, r.ever_seen_at, r.outside_life,
    r.statutory_due, r.statutory_source, r.statutory_source_zh, r.statutory_due || 'T16:00:00Z' AS statutory_ends,
    r.year || '-12-31T16:00:00Z' AS year_ends, t.unread_since, s.first_seen, d.page_date,
    coalesce(t.sources, 0) AS sources, coalesce(t.never_good, 0) AS never_good,
    coalesce(t.blind_sources, 0) AS blind_sources,
    CASE WHEN t.never_good = 0 THEN t.last_good END AS last_good,
    g.report IS NOT NULL AS is_gone, a.since AS page_gone_since, r.id IN (SELECT report FROM no_proof) AS no_proof,
    -- Words that concern a whole list, and that its last good visit no longer printed, hide nothing any more.
    (SELECT count(DISTINCT m.link) FROM possible_reports m JOIN links l ON l.id = m.link
      WHERE m.publisher = r.publisher AND (m.year = r.year OR m.year IS NULL) AND NOT (l.match = 'printed for all'
        AND l.last_seen < coalesce((SELECT n.last_good FROM source_now n WHERE n.id = l.source), '')))
      + coalesce(b.doubtful, 0) AS unmatched,
    s.crawled, b.by AS supplied_by, b.at AS supplied_at,
    coalesce((SELECT at FROM as_of), '') AS as_of,
    -- Every source had good visits after the due date that lacked it, before it was first seen: the earliest of the
    -- last such visits. The first of them within a year: an old report that returns when a site moves is not late.
    -- Not where an entry that may be it was there before, nor for what a person brought, nor on lists that had shown
    -- no report of the years before until then: it may have stood on another. A copy that a cache gave out shows the
    -- list of when it was made.
    CASE WHEN s.crawled AND NOT s.unsure_since AND s.first_seen >= r.due_ends AND s.first_seen = s.sure_since AND EXISTS (
      SELECT 1 FROM publisher_sources x JOIN shown w ON w.source = x.source
      WHERE x.publisher = r.publisher AND w.year >= r.year - 3 AND w.since < s.first_seen
    ) AND NOT EXISTS (
      SELECT 1 FROM possible_reports m JOIN links l ON l.id = m.link
      WHERE m.publisher = r.publisher AND (m.year = r.year OR m.year IS NULL) AND l.first_seen < s.first_seen
    ) THEN (
      SELECT CASE WHEN count(*) = count(w.at) THEN min(w.at) END FROM (
        SELECT (
          SELECT max(iif(c.copy_age = 0, c.started_at, strftime('%Y-%m-%dT%H:%M:%SZ', c.started_at, -c.copy_age || ' seconds')))
          FROM crawls c
          WHERE c.source = n.id AND c.outcome = 'good' AND c.url = n.url AND c.started_at >= n.url_since
            AND c.started_at >= r.due_ends AND c.started_at < s.first_seen AND c.finished_at < s.first_seen
            AND (c.copy_age = 0 OR strftime('%Y-%m-%dT%H:%M:%SZ', c.started_at, -c.copy_age || ' seconds') >= r.due_ends)
          HAVING min(c.started_at) < strftime('%Y-%m-%dT%H:%M:%SZ', r.due_ends, '+366 days')
        ) AS at
        FROM publisher_sources x JOIN source_now n ON n.id = x.source WHERE x.publisher = r.publisher
      ) w
    ) END AS lacked_at
  FROM reports r
  JOIN publishers p ON p.id = r.publisher AND p.watched
  LEFT JOIN standing t ON t.publisher = r.publisher
  LEFT JOIN seen s ON s.report = r.id
  LEFT JOIN dates d ON d.report = r.id
  LEFT JOIN gone g ON g.report = r.id
  LEFT JOIN page_gone a ON a.report = r.id
  LEFT JOIN brought b ON b.report = r.id
),
-- The reason comes first, as a code (docs/database.md explains each); the status follows from it.
judged AS MATERIALIZED (
  SELECT k.*, CASE
    WHEN k.outside_life AND k.first_seen IS NOT NULL THEN 'published_outside_its_life'
    WHEN k.outside_life THEN 'outside_its_life'
    WHEN k.first_seen IS NOT NULL THEN CASE
      WHEN k.is_gone AND k.unmatched = 0 THEN 'entry_gone'
      WHEN k.page_gone_since IS NOT NULL AND k.unmatched = 0 THEN 'page_gone'
      WHEN k.due_ends IS NULL THEN 'published_without_due_date'
      WHEN k.first_seen < k.due_ends THEN 'seen_in_time'
      WHEN k.page_date > k.due AND NOT k.no_proof THEN 'page_date_after_due'
      WHEN k.lacked_at IS NOT NULL AND k.page_date <= k.due THEN 'lacked_despite_page_date'
      WHEN k.lacked_at IS NOT NULL THEN 'lacked_after_due'
      WHEN k.no_proof THEN 'page_date_proves_nothing'
      WHEN k.page_date IS NOT NULL THEN 'page_date_in_time'
      ELSE 'seen_later_without_date' END
    WHEN NOT k.owed OR k.due_ends IS NULL THEN 'no_due_date'
    WHEN k.as_of < k.year_ends THEN 'year_not_over'
    WHEN k.sources = 0 THEN 'no_source'
    WHEN k.never_good > 0 THEN 'never_seen_well'
    WHEN k.as_of < k.due_ends THEN 'before_due'
    WHEN k.unmatched > 0 THEN 'unmatched_titles'
    WHEN k.ever_seen_at IS NOT NULL THEN 'was_seen_before'
    WHEN k.last_good < k.due_ends THEN 'not_seen_since_due'
    -- A list that never showed any report may be the wrong list.
    WHEN NOT EXISTS (
      SELECT 1 FROM publisher_sources x JOIN right_lists i ON i.source = x.source WHERE x.publisher = k.publisher
    ) THEN 'no_report_ever_there'
    -- A list whose newest report is older than three years may have been left for another.
    WHEN NOT EXISTS (
      SELECT 1 FROM publisher_sources x JOIN right_lists i ON i.source = x.source
      WHERE x.publisher = k.publisher AND i.newest >= k.year - 3
    ) THEN 'no_recent_report_there'
    -- Watched around the due date, at the present address: within two weeks after it, or on both sides of it.
    WHEN EXISTS (
      SELECT 1 FROM publisher_sources x JOIN source_now n ON n.id = x.source
      WHERE x.publisher = k.publisher AND NOT (
        SELECT coalesce(max(c.started_at >= k.due_ends
            AND c.started_at <= strftime('%Y-%m-%dT%H:%M:%SZ', k.due_ends, '+14 days')), 0)
          OR (coalesce(max(c.started_at < k.due_ends), 0) AND coalesce(max(c.started_at >= k.due_ends), 0))
        FROM crawls c WHERE c.source = n.id AND c.outcome = 'good' AND c.url = n.url AND c.started_at >= n.url_since
          AND c.started_at >= strftime('%Y-%m-%dT%H:%M:%SZ', k.due_ends, '-7 days')
          AND c.started_at <= strftime('%Y-%m-%dT%H:%M:%SZ', k.due_ends, '+31 days'))
    ) THEN 'not_watched_around_due'
    ELSE 'absent_after_due' END AS why
  FROM known k
),
-- Since when nobody can tell, and how it stands by the law's own date, where a local date decides.
told AS NOT MATERIALIZED (
  SELECT j.*,
    CASE j.why
      WHEN 'no_source' THEN j.year_ends
      WHEN 'never_seen_well' THEN max(j.year_ends, j.unread_since)
      WHEN 'unmatched_titles' THEN max(j.due_ends, coalesce((
        SELECT min(l.first_seen) FROM possible_reports m JOIN links l ON l.id = m.link
        WHERE m.publisher = j.publisher AND (m.year = j.year OR m.year IS NULL)), j.supplied_at, j.due_ends))
      WHEN 'was_seen_before' THEN max(j.due_ends, j.ever_seen_at)
      WHEN 'not_seen_since_due' THEN j.due_ends
      WHEN 'no_report_ever_there' THEN j.due_ends
      WHEN 'no_recent_report_there' THEN j.due_ends
    END AS unknown_since,
    CASE
      WHEN j.statutory_due IS NULL OR j.statutory_due = j.due OR j.why IN ('entry_gone', 'page_gone') THEN NULL
      WHEN j.first_seen < j.statutory_ends THEN 'in time'
      WHEN j.page_date > j.statutory_due AND NOT j.no_proof THEN 'late'
      WHEN j.lacked_at >= j.statutory_ends THEN 'late'
      WHEN j.page_date IS NOT NULL AND NOT j.no_proof THEN 'in time by its own date'
      WHEN j.first_seen IS NOT NULL THEN 'timing unproved'
      WHEN j.why <> 'absent_after_due' THEN NULL
      WHEN j.as_of < j.statutory_ends THEN 'not due'
      WHEN j.last_good >= j.statutory_ends THEN 'missing'
      ELSE 'timing unproved'
    END AS by_law
  FROM judged j
)
SELECT report, publisher, publisher_name, kind, region, year, owed, due, due_basis, due_source,
  CASE why
    WHEN 'entry_gone' THEN 'withdrawn'
    WHEN 'page_gone' THEN 'withdrawn'
    WHEN 'seen_in_time' THEN 'on time'
    WHEN 'page_date_in_time' THEN 'on time by its own date'
    WHEN 'page_date_after_due' THEN 'late'
    WHEN 'lacked_despite_page_date' THEN 'late'
    WHEN 'lacked_after_due' THEN 'late'
    WHEN 'page_date_proves_nothing' THEN 'published, timing unproved'
    WHEN 'seen_later_without_date' THEN 'published, timing unproved'
    WHEN 'published_without_due_date' THEN 'published, timing unproved'
    WHEN 'published_outside_its_life' THEN 'published, timing unproved'
    WHEN 'outside_its_life' THEN 'not due'
    WHEN 'no_due_date' THEN 'not due'
    WHEN 'year_not_over' THEN 'not due'
    WHEN 'before_due' THEN 'awaited'
    WHEN 'absent_after_due' THEN 'missing'
    WHEN 'not_watched_around_due' THEN 'not found'
    ELSE 'unknown'
  END AS status,
  first_seen, page_date,
  CASE
    WHEN why = 'page_date_after_due' THEN CAST(julianday(page_date) - julianday(due) AS INTEGER)
    WHEN why IN ('lacked_after_due', 'lacked_despite_page_date')
      THEN CAST(julianday(date(lacked_at, '+8 hours')) - julianday(due) AS INTEGER)
  END AS days_late,
  lacked_at, last_good, coalesce(last_good >= due_ends, 0) AS good_after_due, sources, blind_sources, unmatched, why,
  alert_from, due_ends, supplied_by, supplied_at, coalesce(crawled, 0) AS crawled, level,
  -- The two proofs of lateness apart: by the page's own date, and by what a visit still lacked.
  iif(why = 'page_date_after_due', CAST(julianday(page_date) - julianday(due) AS INTEGER), NULL) AS days_late_by_page,
  iif(lacked_at IS NOT NULL AND why IN ('page_date_after_due', 'lacked_after_due', 'lacked_despite_page_date'),
    CAST(julianday(date(lacked_at, '+8 hours')) - julianday(due) AS INTEGER), NULL) AS days_late_by_visit,
  why = 'lacked_despite_page_date' AS backdated,
  unknown_since, outside_life, due_source_zh, statutory_due, statutory_source, statutory_source_zh, by_law,
  CASE WHEN by_law IS NOT 'late' THEN NULL
    WHEN page_date > statutory_due AND NOT no_proof
      THEN CAST(julianday(page_date) - julianday(statutory_due) AS INTEGER)
    ELSE CAST(julianday(date(lacked_at, '+8 hours')) - julianday(statutory_due) AS INTEGER)
  END AS days_late_by_law,
  iif(why = 'page_gone', page_gone_since, NULL) AS page_gone_since
FROM told
