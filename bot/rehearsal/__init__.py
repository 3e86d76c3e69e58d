"""A whole programme lived through before anybody is invited: invented people, a virtual clock, no database."""
