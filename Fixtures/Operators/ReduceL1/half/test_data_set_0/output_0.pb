
By0J*HE