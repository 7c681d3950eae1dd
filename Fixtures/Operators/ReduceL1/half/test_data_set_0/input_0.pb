
Bx0JT»g¿g?kÃAH6Ú¼¿»