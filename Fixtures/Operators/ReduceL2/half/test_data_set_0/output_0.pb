
By0JŠD4C