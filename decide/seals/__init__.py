"""The log of ideas and the commitments of counts: sealed daily, signed, public, checkable."""
