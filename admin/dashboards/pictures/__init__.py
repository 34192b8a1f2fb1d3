"""One file a picture: what `models.figures` found, as tables with addresses."""
