// A program that embeds the library names tensors, graphs and errors, too: one import gives them all.
@_exported import CNNGraphs
@_exported import CNNTensors
