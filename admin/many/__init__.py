"""Many records at once: what a list offers for chosen rows, the form of a step, its preview, progress and result."""
