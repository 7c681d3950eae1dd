
By0J
0VPØW˜U`L