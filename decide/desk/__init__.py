"""What every desk that publishes shares: fields that were typed, and pictures with their words."""
