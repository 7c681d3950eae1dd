
Bx2Je>񵝇s�