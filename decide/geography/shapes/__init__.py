"""Official cartography by file: read, reprojected, checked against the catalogue, simplified."""
