By0J #¡¾A€KBAºÜÙA€KÂA÷ÊHÀÇ<A÷ÊHÀ¤
¨À