"""The political actors' door: publish, and later receive."""
