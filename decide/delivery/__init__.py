"""Per-actor databases: order, build, hand over, acknowledge."""
