"""The drills at their full count, a piece at a time: what is done is kept in a file, and the next run goes on."""
