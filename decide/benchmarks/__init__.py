"""The yearly benchmark of the portal: questions with weights, compared portals, scores, a plan."""
