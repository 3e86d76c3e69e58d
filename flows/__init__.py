"""What a dialogue is: programmes, flows, steps, calendar. Pure: no clock, disk, network or randomness."""
