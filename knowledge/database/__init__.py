"""The store, kinds of columns, keys, and taking a row from the state it must be in."""
