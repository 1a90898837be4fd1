"""Platforms as PDF: the file, the text taken out of it, the draft that staff correct."""
