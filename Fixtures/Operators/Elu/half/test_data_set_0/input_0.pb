
Bx0JüµAv¹mÃQB7