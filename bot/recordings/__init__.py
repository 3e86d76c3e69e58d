"""What is done with a voice note or a photo between the platform and the folder it is kept in."""
