"""Pages of recalculations beside those that every entity has."""
