"""Files of n equal parts, written byte by byte."""
