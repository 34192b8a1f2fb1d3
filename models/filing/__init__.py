"""Files of the brokerage: safe names, readable places, what is taken in, and what a folder turns out to hold."""
