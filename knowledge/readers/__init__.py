"""One module per kind of file: bytes in, rows of named values out."""
