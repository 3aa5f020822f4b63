"""One file with all that supports what we say of one report, and what we did not see: for showing it to the office."""
