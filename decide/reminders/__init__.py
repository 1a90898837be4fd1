"""Mail to people of actors: it opens, what is missing, it closed, a delivery waits."""
