import CNNGraphs

extension Graph {
  /// Makes plain constants of the inputs that have a default, so that passes may change them.
  ///
  /// Until version 4 of the format every stored tensor had to stand among the inputs, meant to be replaced or not. Such a
  /// file gets them back there when it is written.
  package mutating func storeDefaults() { inputs = inputs.filter { !self[$0].isConstant } }
}
