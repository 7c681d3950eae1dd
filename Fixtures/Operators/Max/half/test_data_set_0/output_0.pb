
By0J•BL<·¼A