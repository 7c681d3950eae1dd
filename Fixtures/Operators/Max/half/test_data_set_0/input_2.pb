
Bx2Jr=a¾Æ¾c?