"""Tasks on a deal's page: steps ticked in place, both clocks, returns."""
