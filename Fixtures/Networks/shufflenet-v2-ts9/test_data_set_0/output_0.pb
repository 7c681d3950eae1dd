BoutputJBJ£?ºïP?Vi$¿
–æ>‡Ò½