"""What all doors share: context, guards, headers, error pages, dates."""
