"""Reference data, the demo world, the load generator and the importers."""
