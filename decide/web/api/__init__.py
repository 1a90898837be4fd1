"""The programs' door: everything of the open data, to be asked piece by piece, and nothing else."""
