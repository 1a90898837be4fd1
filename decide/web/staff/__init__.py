"""The authority's door: import, open, watch over, deliver."""
