import CNNViews

extension Model {
  /// What each node makes and costs.
  /// - Parameter batch: the batch to take if the model leaves it free.
  /// - Throws: ``ConversionError`` if the batch does not fit the operators.
  public func layers(batch: Int = 1) throws -> LayerTable { LayerTable(try bound(batch: batch)) }
}
