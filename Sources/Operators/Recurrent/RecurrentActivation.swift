import CNNGraphs
import RealModule

/// An activation function of a recurrent network with its two numbers.
package struct RecurrentActivation: Hashable, Sendable {
  /// The functions ONNX names, in its spelling.
  package enum Function: String, CaseIterable, Sendable {
    case relu = "Relu"
    case tanh = "Tanh"
    case sigmoid = "Sigmoid"
    case affine = "Affine"
    case leakyRelu = "LeakyRelu"
    case thresholdedRelu = "ThresholdedRelu"
    case scaledTanh = "ScaledTanh"
    case hardSigmoid = "HardSigmoid"
    case elu = "Elu"
    case softsign = "Softsign"
    case softplus = "Softplus"

    /// Defaults of alpha and beta; `nil` if the function has none.
    fileprivate var defaults: (alpha: Float?, beta: Float?) {
      switch self {
      case .relu, .tanh, .sigmoid, .softsign, .softplus: (nil, nil)
      case .affine: (1, 0)
      case .leakyRelu: (0.01, nil)
      case .thresholdedRelu, .elu: (1, nil)
      case .scaledTanh: (1, 1)
      case .hardSigmoid: (0.2, 0.5)
      }
    }
  }

  package let function: Function
  package let alpha: Float
  package let beta: Float

  package init(_ function: Function) {
    self.function = function
    (alpha, beta) = (function.defaults.alpha ?? 0, function.defaults.beta ?? 0)
  }

  private init(_ function: Function, _ alpha: Float, _ beta: Float) {
    (self.function, self.alpha, self.beta) = (function, alpha, beta)
  }

  /// Puts functions and their numbers together. A list of as many numbers as functions has one for each; a shorter one
  /// has numbers only for those that need them, in order.
  package static func list(_ names: [String], alphas: [Float], betas: [Float]) throws -> [RecurrentActivation] {
    var (alphas, betas) = (alphas[...], betas[...])
    let hasAll = (alphas: alphas.count == names.count, betas: betas.count == names.count)
    return try names.map { name in
      guard let function = Function.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
        throw OperatorError.attribute("activations", "\(name.quoted) is not known")
      }
      let (alpha, beta) = function.defaults
      let given = (
        alpha: hasAll.alphas || alpha != nil ? alphas.popFirst() : nil,
        beta: hasAll.betas || beta != nil ? betas.popFirst() : nil
      )
      return RecurrentActivation(function, given.alpha ?? alpha ?? 0, given.beta ?? beta ?? 0)
    }
  }

  @inline(__always)
  package func callAsFunction<T: FloatingScalar>(_ x: T) -> T {
    switch function {
    case .relu: x < 0 ? 0 : x
    case .tanh: T.tanh(x)
    case .sigmoid: 1 / (1 + T.exp(-x))
    case .affine: T(alpha) * x + T(beta)
    case .leakyRelu: x < 0 ? T(alpha) * x : x
    case .thresholdedRelu: x >= T(alpha) ? x : 0
    case .scaledTanh: T(alpha) * T.tanh(T(beta) * x)
    case .hardSigmoid: min(max(T(alpha) * x + T(beta), 0), 1)
    case .elu: x < 0 ? T(alpha) * T.expMinusOne(x) : x
    case .softsign: x / (1 + x.magnitude)
    case .softplus: x > 0 ? x + T.log(onePlus: T.exp(-x)) : T.log(onePlus: T.exp(x))
    }
  }
}
