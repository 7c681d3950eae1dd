
BoutputJª±Ç¶ñ8