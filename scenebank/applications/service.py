"""What shoppers and merchants do with applications; one transaction each."""
