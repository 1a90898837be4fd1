"""The press log, the drain, counters, ideas, folios; knows no log-in."""
