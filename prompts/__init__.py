"""What is said: the catalogue of wording, by locale."""
