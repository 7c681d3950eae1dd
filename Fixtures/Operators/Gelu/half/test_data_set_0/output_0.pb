
By0J7°¿°N›~DqBD