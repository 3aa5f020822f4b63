"""A government portal on loopback: what the demo and the tests crawl, with everything that goes wrong on real ones."""
