"""What the world may be told: which events go out, what is in them, and the schemas that say so."""
