"""Many records at once: a frozen selection, a step that is first tried and then done, row by row, under one action."""
