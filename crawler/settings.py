"""Scrapy's settings: only where we depart from its defaults, each with the reason.

What changes from run to run comes from REPORTWATCH_* variables, so that `scrapy crawl FAMILY`,
`python -m crawler` and `reportwatch crawl` all see the same.
"""

import os
from pathlib import Path

from scrapy.settings import default_settings

from crawler.chromium import launch_options
from crawler.room import KNOCKING

ROOT = Path(__file__).resolve().parent.parent


def _variable(name: str, default: str) -> str:
    return os.environ.get(f"REPORTWATCH_{name}", "").strip() or default


BOT_NAME = "reportwatch"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Ours: where things are, and what this run is about.
STATE = _variable("STATE", str(ROOT / "state"))
WATCHLIST = _variable("WATCHLIST", str(ROOT / "watchlist"))
FIXED_NOW = _variable("NOW", "")  # a stopped clock for all rows: tests, demo, replay
ONLY_SOURCES = _variable("SOURCES", "")  # source ids, comma between; empty: all
YEARS = _variable("YEARS", "")  # report years to fetch, comma between; empty: all
RUN = int(_variable("RUN", "0")) or None
VISIT_LIMIT = float(
    _variable("VISIT_LIMIT", "1800")
)  # seconds: one endless list must not cost the others their turn
STALL = float(
    _variable("STALL", "600")
)  # seconds that one page may hold the event loop before its visit is ended (crawler.watchdog)
RENDER_LIMIT = float(
    _variable("RENDER_LIMIT", "240")
)  # seconds for a page in a browser, with the pauses between the requests that its scripts make
RENDER_MEMORY = int(
    _variable("RENDER_MEMORY", "1024")
)  # MiB for a page in a browser, all its processes together
ALLOWED_ENDPOINTS = _variable(
    "ALLOW", ""
)  # host:port that the address guard lets through although not public

# Named, with a way to reach a person: a site's administrator can ask instead of blocking.
USER_AGENT = f"reportwatch/0.1 ({_variable('CONTACT', 'no contact given')})"
ROBOTSTXT_OBEY = True  # default False; an unreadable robots.txt forbids (StrictRobotsMiddleware)

# Remote control is on by default: a local web server that executes Python. Nothing of ours needs it, nor telnet.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# A watchlist or a redirect must not read local files, and we need nothing but the web.
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.PoliteHandler",  # holds the pause between requests, for the whole process
    "https": "crawler.handler.PoliteHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
# Must stand here: a resolver in a spider's custom_settings is silently ignored.
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
# An http_proxy variable would take all traffic out of the guard's sight; a source names its own proxy.
HTTPPROXY_ENABLED = False

CONCURRENT_REQUESTS = int(
    _variable("CONCURRENCY", "128")
)  # default 16; hosts visited at once, in all families together (crawler.room)
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; the pause itself is kept by crawler.politeness
DNS_TIMEOUT = 10  # default 60; a dead name must not hold up a visit for a minute
REACTOR_THREADPOOL_MAXSIZE = (
    KNOCKING * CONCURRENT_REQUESTS
)  # default 10; a name that waits for a thread would be taken for a dead one

DOWNLOAD_TIMEOUT = float(
    _variable("TIMEOUT", "60")
)  # default 180; bounds the whole exchange, a slow drip as well
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # default 1 GiB; after decompression, so bombs stop here too
DOWNLOAD_WARNSIZE = 0  # a report with photographs is nothing to warn about
REDIRECT_MAX_TIMES = 5  # default 20; honest columns need one or two
METAREFRESH_ENABLED = (
    False  # shells are followed by crawler.shells, which knows location.replace and frames too
)
RETRY_TIMES = 2
RETRY_EXCEPTIONS = [*default_settings.RETRY_EXCEPTIONS, "crawler.failures.ProxyTimeoutError"]

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.BoundsMiddleware": 10,  # before robots: what is out of bounds is not even asked for its robots
    "crawler.middlewares.BreakerMiddleware": 20,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # bounds are stricter, and know each source's hosts
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.StrictRobotsMiddleware": 100,
    "crawler.middlewares.RoomMiddleware": 110,  # after robots: a host is knocked at by reading its robots.txt
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.PatientRetryMiddleware": 550,
    "crawler.middlewares.ConditionalMiddleware": 560,
}
# Some columns set a cookie and redirect to themselves: a plain cookie jar (the default) is all that they want.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",  # default en: some sites would send their English page
}
# How Chromium is started for `render = true`; crawler.browser has the rest.
PLAYWRIGHT_LAUNCH_OPTIONS = launch_options()
PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER = False  # one that was ended for its memory stays ended
LOG_LEVEL = _variable("LOG_LEVEL", "INFO")  # default DEBUG, which repeats every request and slows the crawl
LOGSTATS_INTERVAL = 0  # the ledger logs each visit; page counts a minute say nothing here
