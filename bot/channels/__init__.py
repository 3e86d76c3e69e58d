"""One folder for each platform people write from."""
