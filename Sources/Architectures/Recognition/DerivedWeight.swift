import CNNGraphs
import CNNTensors

/// A weight that a state dict holds as the parameters which it is computed of.
package enum DerivedWeight: Sendable, Equatable {
  /// `magnitude · direction / ‖direction‖` (Salimans, Kingma: "Weight Normalization", 2016, equation 2), by keys.
  case weightNormalization(magnitude: String, direction: String)
  /// `weight / σ` with `σ = uᵀ W v` (Miyato et al.: "Spectral Normalization", 2018, equation 8), by keys.
  case spectralNormalization(weight: String, left: String, right: String)

  /// The keys that the weight is computed of.
  package var keys: [String] {
    switch self {
    case .weightNormalization(let magnitude, let direction): [magnitude, direction]
    case .spectralNormalization(let weight, let left, let right): [weight, left, right]
    }
  }

  /// The key of the parameter that has the weight's shape.
  var shaped: String {
    switch self {
    case .weightNormalization(_, let direction): direction
    case .spectralNormalization(let weight, _, _): weight
    }
  }

  /// Computes the weight, in double precision.
  /// - Parameter read: the stored tensor of a key.
  /// - Throws: what `read` throws, and `ConversionError` if shapes do not fit one another.
  package func tensor(_ read: (String) throws -> Tensor) throws -> Tensor {
    let stored = try read(shaped)
    let shape = stored.shape
    var values = try stored.doubles()
    switch self {
    case .weightNormalization(let key, _):
      let magnitude = try read(key)
      let factors = try magnitude.doubles()
      // The axes that magnitudes differ along; all others are normalized over.
      let axis = magnitude.shape.firstIndex { $0 > 1 } ?? (magnitude.shape.count == shape.count ? 0 : -1)
      let extent = axis >= 0 && axis < shape.count ? shape[axis] : 1
      let inner = axis >= 0 ? shape[(axis + 1)...].reduce(1, *) : max(values.count, 1)
      guard factors.count == extent, inner > 0 else { throw misfit(key) }
      var squares = [Double](repeating: 0, count: extent)
      for (index, value) in values.enumerated() { squares[index / inner % extent] += value * value }
      let scales = zip(factors, squares).map { $1 > 0 ? $0 / $1.squareRoot() : 0 }
      for index in values.indices { values[index] *= scales[index / inner % extent] }
    case .spectralNormalization(_, let left, let right):
      let (u, v) = try (read(left).doubles(), read(right).doubles())
      // Rows are outputs; those of a transposed convolution stand second.
      let axis = shape.first == u.count ? 0 : 1
      guard axis < shape.count, shape[axis] == u.count, values.count == u.count * v.count, !v.isEmpty else {
        throw misfit(left)
      }
      let inner = shape[(axis + 1)...].reduce(1, *)
      var sigma = 0.0
      for (index, value) in values.enumerated() {
        let row = index / inner % u.count
        let column = axis == 0 ? index % v.count : index / (inner * u.count) * inner + index % inner
        sigma += u[row] * value * v[column]
      }
      for index in values.indices { values[index] /= sigma }
    }
    return try Tensor(values, shape: shape).converted(to: stored.elementType)
  }

  private func misfit(_ key: String) -> ConversionError {
    ConversionError(.badInput, "does not fit the shape of \(shaped.quoted)", at: .init(tensor: key))
  }
}

extension Tensor {
  fileprivate func doubles() throws -> [Double] { try converted(to: .float64).elements(as: Double.self) }
}
