"""Spreading the word: feeds, the calendar as a file, the site's map, cards, embeds, posters.

Everything is the same for every actor and tells no count.
"""
