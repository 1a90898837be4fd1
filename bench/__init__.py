"""Measurements beside an empty Flask view, in one run: ratios travel, rates do not."""
