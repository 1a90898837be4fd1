"""Official results by district and municipality: versions, statuses, sources."""
