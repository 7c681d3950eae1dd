BscoresJ*
?.yd¿¾m2¾o¿>W?¿