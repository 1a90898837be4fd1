"""What is missing for each phase to open, who must do it, and where."""
