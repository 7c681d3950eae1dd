
By0JROÁI