"""A list in other shapes: a board of its states or choices, and a calendar of one of its dates."""
