"""Where runs left evidence on the forges, and how it is had from there."""
