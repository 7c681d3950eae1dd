
By0JzHJFxF@Ըȶ