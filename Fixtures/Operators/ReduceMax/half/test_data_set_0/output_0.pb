
By0JKB);