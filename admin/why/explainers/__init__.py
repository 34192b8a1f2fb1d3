"""What explains which sum; every module here is found by itself."""
