"""Ground floor: SQL, Redis, clock, files, jobs, log; knows nothing of elections."""
