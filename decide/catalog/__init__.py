"""The electoral offer: actors, alliances, contests, candidacies, platforms, proposals, versions."""
