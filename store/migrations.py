"""The database's shape, one numbered function a change, each applied in one transaction with its record."""

from __future__ import annotations

import re

from sqlite_utils import Database, Migrations

from store.fingerprints import stamp

migrations = Migrations("reportwatch")

SCHEMA = """
CREATE TABLE publishers (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, region TEXT NOT NULL, parent TEXT,
  from_year INTEGER, to_year INTEGER, successor TEXT, due TEXT, due_source TEXT, note TEXT NOT NULL DEFAULT '',
  watched INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE publisher_names (
  publisher TEXT NOT NULL REFERENCES publishers(id), name TEXT NOT NULL, PRIMARY KEY (publisher, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE sources (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, family TEXT NOT NULL, hosts TEXT NOT NULL, region TEXT NOT NULL,
  options TEXT NOT NULL DEFAULT '{}', others TEXT NOT NULL DEFAULT '[]', min_interval REAL NOT NULL DEFAULT 3,
  render INTEGER NOT NULL DEFAULT 0, proxy TEXT, platform TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', probed INTEGER NOT NULL DEFAULT 0,
  watched INTEGER NOT NULL DEFAULT 1, url_since TEXT NOT NULL
) STRICT;
CREATE TABLE publisher_sources (
  publisher TEXT NOT NULL REFERENCES publishers(id), source TEXT NOT NULL REFERENCES sources(id),
  PRIMARY KEY (publisher, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX publisher_sources_source ON publisher_sources(source);
CREATE TABLE reports (
  id INTEGER PRIMARY KEY, publisher TEXT NOT NULL REFERENCES publishers(id), year INTEGER NOT NULL,
  owed INTEGER NOT NULL DEFAULT 0, due TEXT, due_ends TEXT, alert_from TEXT, due_basis TEXT, due_source TEXT,
  ever_seen_at TEXT, UNIQUE (publisher, year)
) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, command TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, outcome TEXT,
  exit_code INTEGER, pid INTEGER, host TEXT, summary TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE crawls (
  id INTEGER PRIMARY KEY, run INTEGER REFERENCES runs(id), source TEXT NOT NULL REFERENCES sources(id),
  url TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, outcome TEXT NOT NULL DEFAULT 'running',
  blind_kind TEXT, reason TEXT NOT NULL DEFAULT '', pages INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX crawls_source ON crawls(source, outcome, started_at, finished_at);
CREATE INDEX crawls_latest ON crawls(source, started_at, outcome);
CREATE TABLE links (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL, title TEXT NOT NULL,
  published TEXT, kind TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
  last_crawl INTEGER NOT NULL REFERENCES crawls(id), retitled_at TEXT,
  report INTEGER REFERENCES reports(id), match TEXT NOT NULL DEFAULT '', year INTEGER,
  UNIQUE (source, url)
) STRICT;
CREATE INDEX links_report ON links(report);
CREATE TABLE possible_reports (
  link INTEGER NOT NULL REFERENCES links(id), publisher TEXT NOT NULL REFERENCES publishers(id),
  year INTEGER, why TEXT NOT NULL, PRIMARY KEY (link, publisher, why)
) STRICT;
CREATE INDEX possible_reports_publisher ON possible_reports(publisher, year);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source TEXT REFERENCES sources(id), link INTEGER REFERENCES links(id),
  parent INTEGER REFERENCES documents(id), url TEXT NOT NULL, sha256 TEXT NOT NULL, media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL, title TEXT, link_title TEXT, published TEXT, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
  supplied_by TEXT, supplied_publisher TEXT, supplied_year INTEGER,
  pictures TEXT NOT NULL DEFAULT '[]', part INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX documents_natural ON documents(coalesce(source, ''), url, sha256, pictures);
CREATE INDEX documents_link ON documents(link);
CREATE INDEX documents_url ON documents(url);
CREATE TABLE captures (
  id INTEGER PRIMARY KEY, crawl INTEGER REFERENCES crawls(id), kind TEXT NOT NULL, url TEXT NOT NULL,
  document INTEGER REFERENCES documents(id), seen_at TEXT NOT NULL, status INTEGER, sha256 TEXT,
  headers TEXT NOT NULL DEFAULT '{}', note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX captures_document ON captures(document, seen_at);
CREATE INDEX captures_crawl ON captures(crawl);
CREATE INDEX captures_url ON captures(url, seen_at);
CREATE TABLE validators (
  url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, sha256 TEXT, checked_at TEXT NOT NULL, full_at TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE hosts (
  host TEXT PRIMARY KEY, failures INTEGER NOT NULL DEFAULT 0, open_until TEXT, last_error TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE readings (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(id), part INTEGER NOT NULL,
  reader_version TEXT NOT NULL, reader TEXT NOT NULL, read_at TEXT NOT NULL, publisher_text TEXT, year INTEGER, title TEXT, edition TEXT,
  report INTEGER REFERENCES reports(id), match TEXT NOT NULL DEFAULT '',
  error_kind TEXT, error_message TEXT, UNIQUE (document, part)
) STRICT;
CREATE INDEX readings_report ON readings(report);
CREATE TABLE figure_keys (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, section TEXT NOT NULL, block TEXT NOT NULL,
  row_label TEXT NOT NULL, column_label TEXT NOT NULL, unit TEXT NOT NULL,
  position_2021 INTEGER, position_2019 INTEGER
) STRICT;
CREATE TABLE figures (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, key INTEGER NOT NULL REFERENCES figure_keys(id),
  value ANY, text TEXT, unit TEXT, state TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (reading, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sections (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, key TEXT NOT NULL, title TEXT NOT NULL,
  text TEXT NOT NULL, PRIMARY KEY (reading, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE alternatives (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, key INTEGER NOT NULL REFERENCES figure_keys(id),
  place INTEGER NOT NULL, reader TEXT NOT NULL, text TEXT NOT NULL, origin TEXT NOT NULL,
  PRIMARY KEY (reading, key, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE notes (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, place INTEGER NOT NULL, kind TEXT NOT NULL,
  text TEXT NOT NULL, value TEXT, PRIMARY KEY (reading, place)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE _words USING fts5(words, tokenize = 'unicode61');
CREATE TRIGGER readings_leave_the_index AFTER DELETE ON readings BEGIN DELETE FROM _words WHERE rowid BETWEEN OLD.id * 1000 AND OLD.id * 1000 + 999; END;
CREATE TABLE findings (
  id INTEGER PRIMARY KEY, reading INTEGER REFERENCES readings(id) ON DELETE CASCADE,
  report INTEGER REFERENCES reports(id), rule TEXT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL,
  message TEXT NOT NULL, message_zh TEXT NOT NULL, keys TEXT NOT NULL DEFAULT '[]', left_value ANY, right_value ANY,
  fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX findings_reading ON findings(reading);
CREATE TABLE reviews (
  fingerprint TEXT PRIMARY KEY, decision TEXT NOT NULL, value ANY, note TEXT NOT NULL, by TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE attestations (
  id INTEGER PRIMARY KEY, publisher TEXT NOT NULL REFERENCES publishers(id), year INTEGER NOT NULL,
  seen_at TEXT NOT NULL, by TEXT NOT NULL, url TEXT NOT NULL, note TEXT NOT NULL,
  UNIQUE (publisher, year, seen_at, by)
) STRICT;
CREATE TABLE supplies (
  document INTEGER NOT NULL REFERENCES documents(id), by TEXT NOT NULL, seen_at TEXT NOT NULL, file TEXT NOT NULL,
  note TEXT NOT NULL, PRIMARY KEY (document, by)
) STRICT, WITHOUT ROWID;
CREATE TABLE as_of (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL) STRICT;
CREATE TABLE incidents (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, publisher TEXT, year INTEGER, source TEXT,
  severity TEXT NOT NULL, opened_at TEXT NOT NULL, resolved_at TEXT, told INTEGER NOT NULL DEFAULT 0,
  reminded_at TEXT, fingerprint TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents(key) WHERE resolved_at IS NULL;
CREATE TABLE events (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, short_id TEXT NOT NULL, kind TEXT NOT NULL,
  incident INTEGER REFERENCES incidents(id), publisher TEXT, year INTEGER, source TEXT, severity TEXT NOT NULL,
  at TEXT NOT NULL, suppressed TEXT, detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_incident ON events(incident);
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, event INTEGER NOT NULL REFERENCES events(id), channel TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL,
  leased_until TEXT, sent_at TEXT, last_error TEXT, UNIQUE (event, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries(state, next_at);
"""


@migrations()
def create_tables(db: Database) -> None:
    """The first shape: docs/database.md describes every table and column."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def add_acknowledgements(db: Database) -> None:
    """What people said about an open incident, never overwritten; and why an incident is left as it is."""
    db.execute(
        "CREATE TABLE acknowledgements (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents(id),"
        " action TEXT NOT NULL, until TEXT, by TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX acknowledgements_incident ON acknowledgements(incident, id)")
    db.execute("ALTER TABLE incidents ADD COLUMN held TEXT")


@migrations()
def add_backups(db: Database) -> None:
    """When a backup was taken, and when one was last proved by restoring it."""
    db.execute(
        "CREATE TABLE backups (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, folder TEXT NOT NULL,"
        " stamp TEXT NOT NULL, documents INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,"
        " faults INTEGER NOT NULL DEFAULT 0) STRICT"
    )


@migrations()
def add_level(db: Database) -> None:
    """The level of government of each publisher; written again from the watchlist at the next crawl."""
    db.execute("ALTER TABLE publishers ADD COLUMN level TEXT")


_REVIEWS = """
ALTER TABLE reviews RENAME TO reviews_before;
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, decision TEXT NOT NULL, publisher TEXT NOT NULL, year INTEGER,
  rule TEXT, version INTEGER, claim TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
  message_zh TEXT NOT NULL DEFAULT '', key TEXT, value ANY, read_state TEXT, read_text TEXT, document TEXT,
  stands_in TEXT NOT NULL DEFAULT '', note TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
INSERT INTO reviews (fingerprint, decision, publisher, value, note, by, at)
  SELECT fingerprint, decision, '', value, note, by, at FROM reviews_before ORDER BY at, fingerprint;
DROP TABLE reviews_before;
CREATE INDEX reviews_fingerprint ON reviews(fingerprint, id);
CREATE INDEX reviews_report ON reviews(publisher, year);
CREATE TRIGGER reviews_are_never_changed BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are history: add one'); END;
CREATE TRIGGER reviews_are_never_deleted BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews are history: add one'); END;
CREATE TABLE corrected_figures (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, key INTEGER NOT NULL REFERENCES figure_keys(id),
  value ANY NOT NULL, review INTEGER NOT NULL REFERENCES reviews(id), PRIMARY KEY (reading, key)
) STRICT, WITHOUT ROWID;
ALTER TABLE findings ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE findings ADD COLUMN claim TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE findings ADD COLUMN settled_by INTEGER REFERENCES reviews(id);
ALTER TABLE findings ADD COLUMN judged_with INTEGER REFERENCES reviews(id);
CREATE INDEX findings_report ON findings(report);
CREATE INDEX findings_fingerprint ON findings(fingerprint);
"""


@migrations()
def add_reviews(db: Database) -> None:
    """Every decision of people on a finding or a figure, kept for ever; what corrected figures make of findings."""
    for statement in re.split(r";\n(?=[A-Z])", _REVIEWS.strip().removesuffix(";")):
        db.execute(statement)


@migrations()
def add_messages(db: Database) -> None:
    """Each message that was handed to a channel, so that what went out can be shown and its rate be limited."""
    db.execute(
        "CREATE TABLE messages (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, at TEXT NOT NULL, subject TEXT NOT NULL,"
        " bytes INTEGER NOT NULL, part INTEGER NOT NULL DEFAULT 1, parts INTEGER NOT NULL DEFAULT 1,"
        " events TEXT NOT NULL DEFAULT '[]', outcome TEXT NOT NULL DEFAULT 'sending', error TEXT, provider_ref TEXT) STRICT"
    )
    db.execute("CREATE INDEX messages_channel ON messages(channel, at)")
    db.execute("ALTER TABLE deliveries ADD COLUMN message INTEGER REFERENCES messages(id)")


_ACROSS = """
CREATE TABLE report_texts (
  reading INTEGER PRIMARY KEY REFERENCES readings(id) ON DELETE CASCADE, measure INTEGER NOT NULL, text TEXT,
  tokens INTEGER NOT NULL, marks TEXT NOT NULL
) STRICT;
CREATE INDEX report_texts_text ON report_texts(text);
CREATE TABLE compared_texts (
  region TEXT NOT NULL, year INTEGER NOT NULL, measure INTEGER NOT NULL, texts TEXT NOT NULL, PRIMARY KEY (region, year)
) STRICT, WITHOUT ROWID;
CREATE TABLE likenesses (
  one TEXT NOT NULL, other TEXT NOT NULL, measure INTEGER NOT NULL, ratio REAL NOT NULL, tokens INTEGER NOT NULL,
  same INTEGER NOT NULL, passage TEXT NOT NULL, PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID
"""


@migrations()
def add_comparisons_of_texts(db: Database) -> None:
    """What was computed of texts once, so that a check compares only new ones."""
    for statement in _ACROSS.strip().split(";\n"):
        db.execute(statement)


_CALENDAR = """
ALTER TABLE publishers ADD COLUMN ended TEXT;
ALTER TABLE publishers ADD COLUMN ending TEXT;
ALTER TABLE reports ADD COLUMN due_source_zh TEXT;
ALTER TABLE reports ADD COLUMN statutory_due TEXT;
ALTER TABLE reports ADD COLUMN statutory_source TEXT;
ALTER TABLE reports ADD COLUMN statutory_source_zh TEXT;
ALTER TABLE reports ADD COLUMN outside_life INTEGER NOT NULL DEFAULT 0;
CREATE TABLE local_rules (
  id INTEGER PRIMARY KEY, region TEXT NOT NULL, kinds TEXT NOT NULL, levels TEXT NOT NULL DEFAULT '[]',
  from_year INTEGER NOT NULL, to_year INTEGER NOT NULL, due TEXT NOT NULL, source TEXT NOT NULL, source_zh TEXT NOT NULL
) STRICT;
CREATE TABLE calendar_days (name TEXT PRIMARY KEY, days INTEGER NOT NULL) STRICT, WITHOUT ROWID
"""


@migrations()
def add_calendar(db: Database) -> None:
    """The ends of bodies, the law's own date beside a local one, and the user's own rules."""
    for statement in _CALENDAR.strip().split(";\n"):
        db.execute(statement)


_REREADINGS = """
CREATE TABLE rereadings (
  id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, reader_version TEXT NOT NULL, scope TEXT NOT NULL,
  state TEXT NOT NULL, decided_at TEXT, summary TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE UNIQUE INDEX rereadings_pending ON rereadings((state IN ('reading', 'read'))) WHERE state IN ('reading', 'read');
CREATE TABLE reread_documents (
  rereading INTEGER NOT NULL REFERENCES rereadings(id), document INTEGER NOT NULL REFERENCES documents(id),
  result TEXT, why TEXT NOT NULL DEFAULT '', before TEXT, reading BLOB,
  earlier BLOB, earlier_version TEXT, earlier_at TEXT, earlier_rereading INTEGER, PRIMARY KEY (rereading, document)
) STRICT, WITHOUT ROWID;
ALTER TABLE readings ADD COLUMN rereading INTEGER REFERENCES rereadings(id);
"""


@migrations()
def add_rereadings(db: Database) -> None:
    """Readings on trial, beside those in force; and what stood before the last promotion, so that it can be undone."""
    for statement in _REREADINGS.strip().removesuffix(";").split(";\n"):
        db.execute(statement)


_CORRECTED_STATES = """
DROP TABLE corrected_figures;
CREATE TABLE corrected_figures (
  reading INTEGER NOT NULL REFERENCES readings(id) ON DELETE CASCADE, key INTEGER NOT NULL REFERENCES figure_keys(id),
  state TEXT NOT NULL, value ANY, review INTEGER NOT NULL REFERENCES reviews(id), PRIMARY KEY (reading, key)
) STRICT, WITHOUT ROWID;
ALTER TABLE reviews ADD COLUMN state TEXT;
ALTER TABLE reviews ADD COLUMN read_value ANY
"""


@migrations()
def add_corrected_states(db: Database) -> None:
    """A person may also say that a cell is blank. The table is made anew from reviews."""
    for statement in _CORRECTED_STATES.strip().split(";\n"):
        db.execute(statement)


@migrations()
def add_fingerprints(db: Database) -> None:
    """Findings of before get theirs now: when they are read again, open incidents must know them by these."""
    stamp(db)


@migrations()
def add_copy_age(db: Database) -> None:
    """How old the copy was that a cache gave a visit: it says nothing about what was published since."""
    db.execute("ALTER TABLE crawls ADD COLUMN copy_age INTEGER NOT NULL DEFAULT 0")
