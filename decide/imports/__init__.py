"""Files of the authority: column mapping, dry run, row errors, commit."""
