"""The pages: one file each, with its doors. Templates of the same name."""
