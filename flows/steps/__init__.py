"""Step kinds, one a file. A new file with a `KIND` in it is a new kind; nothing else is touched."""
