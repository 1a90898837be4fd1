"""What takes two people: one proposes a change, another confirms it, and only then it happens."""
