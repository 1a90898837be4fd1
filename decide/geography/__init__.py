"""Municipalities, local districts, sections: where a citizen votes."""
