
Bx2JAL¼Ž¼;D