
Bx0Jíµo¼YŸ~DrBD