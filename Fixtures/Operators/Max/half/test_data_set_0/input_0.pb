
Bx0J•BL<·¼A