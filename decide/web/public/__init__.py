"""The citizens' door: no account, no cookie before the first press, every page cacheable."""
