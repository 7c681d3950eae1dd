
By0Jj3E=3u@VJ=@