"""The commands of the command line, one file for each thing one wants to see to."""
