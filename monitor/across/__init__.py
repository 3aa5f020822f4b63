"""Rules that look at more than one document: over years, over bodies, and over copies of one report."""
