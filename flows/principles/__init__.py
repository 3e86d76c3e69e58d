"""The seven principles as rules that a programme has to keep."""
