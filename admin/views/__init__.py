"""What the panel shows of each entity, and how."""
