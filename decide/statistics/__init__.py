"""How much the tool is used, and what of that may be published. Counts pages, never persons.

No address, browser or device is kept: visitors are counted in a sketch of the day (HyperLogLog)
under a key that is destroyed with it. Nothing is counted for one actor, candidacy or proposal.
"""
