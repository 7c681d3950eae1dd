ByJ`&AärëAqŸ,B¯NöA9M“AˆæATôAó…@@µ@amBº­vB@¬+BíùAzìA&×òAhi
B—åA83dAFh±AÒH«A,6\B÷”WBîjxB[UB