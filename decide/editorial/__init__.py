"""What the authority explains: glossary, organs, guides, legal texts. The words live in `content`."""
