"""What came of it all, in numbers: every one of them goes through `flows.disclosure` before it stands in a report."""
