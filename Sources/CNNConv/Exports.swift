// A program that embeds the library names networks, formats, tensors, graphs and errors, too: one import gives them all.
@_exported import CNNArchitectures
@_exported import CNNConversion
@_exported import CNNExecution
@_exported import CNNFormats
@_exported import CNNGraphs
@_exported import CNNOperators
@_exported import CNNTensors
@_exported import CNNViews
