"""The authority's own words: glossary, organs and guides, shipped with the program."""
