// The networks this program can build; they follow in the next changes.
