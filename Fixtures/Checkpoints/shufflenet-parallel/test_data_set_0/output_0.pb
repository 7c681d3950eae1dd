BoutputJZR*>-³?Ç
#>