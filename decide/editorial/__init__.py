"""What the authority explains: glossary, organs, guides, legal texts. `content` has the words."""
