"""What tells a receiver of events how to read them."""
