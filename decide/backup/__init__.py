"""Copies to another place, and the way back: database, ledger and files, with the keys apart.

A folder of copies holds `wal/` (all that happened, segment by segment) and `sets/` (one folder per
copy). A set is made in an order that loses nothing: the database first, then the ledger, then the
WAL up to a moment after both. Whatever the ledger had given up by then stands in the WAL.
"""
