"""Reports made anew, in many kinds and styles, each with its true figures: `python -m bench.made OUT`."""
