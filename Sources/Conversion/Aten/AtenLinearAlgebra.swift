import CNNGraphs
import CNNOperators
import CNNTensors

/// Products of matrices, and layers made of them.
enum AtenLinearAlgebra {
  static let family = AtenOperators.Family(
    name: "Linear algebra",
    operators: AtenOperators.singles([
      "aten::linear": { call, builder in
        let bias = try call.optionalTensor("bias", &builder)
        return try builder.linear(call.tensor("input", &builder), call.tensor("weight", &builder), bias)
      },
      "aten::matmul": { try multiply($0, &$1, "self", "other") },
      "aten::linalg_matmul": { try multiply($0, &$1, "self", "other") },
      "aten::mm": { try multiply($0, &$1, "self", "mat2") },
      "aten::bmm": { try multiply($0, &$1, "self", "mat2") },
      "aten::mv": { try multiply($0, &$1, "self", "vec") },
      "aten::dot": { try multiply($0, &$1, "self", "tensor") },
      "aten::vdot": { try multiply($0, &$1, "self", "other") },
      "aten::inner": { call, builder in
        let pair = try builder.promoted([call["self"], call["other"]])
        let rank = try builder.rank(of: pair[1])
        guard rank >= 2 else { return try builder.apply(MatrixMultiplication(), pair[0], pair[1]) }
        guard rank == 2 else { throw call.unsupported("a product of more than two axes") }
        return try builder.apply(MatrixMultiplication(), pair[0], builder.transpose(pair[1], [1, 0]))
      },
      "aten::addmm": addProduct,
      "aten::addmv": { try add($0, &$1, "mat", "vec") },
      "aten::baddbmm": { try add($0, &$1, "batch1", "batch2") },
      "aten::einsum": { call, builder in
        guard let equation = try call.string("equation") else { throw call.fault("equation", expected: "a text") }
        guard case .list(let items) = call["tensors"] else { throw call.fault("tensors", expected: "tensors") }
        let operands = try builder.promoted(items)
        let letters = equation.filter { $0 != " " }
        return try builder.apply(EinsteinSum(equation: letters), to: operands, count: 1)[0]
      },
      "aten::outer": { try outer($0, &$1) }, "aten::ger": { try outer($0, &$1) },
      "aten::bilinear": bilinear,
      "aten::cosine_similarity": cosine,
      "aten::cdist": distances, "aten::_cdist_forward": distances, "aten::pairwise_distance": pairwise,
    ]))

  private static func multiply(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ first: String, _ second: String
  ) throws -> ValueID {
    let pair = try builder.promoted([call[first], call[second]])
    return try builder.apply(MatrixMultiplication(), pair[0], pair[1])
  }

  @Sendable
  private static func addProduct(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let (alpha, beta) = (try call.float("alpha"), try call.float("beta"))
    let (a, b) = (try call.tensor("mat1", &builder), try call.tensor("mat2", &builder))
    let c = try call.tensor("self", &builder)
    // A layer that was taken apart has the transpose of its weights here.
    let weight = builder.transposed(b)
    return try builder.apply(
      GeneralMatrixMultiplication(alpha: alpha, beta: beta, transposesB: weight != nil), a, weight ?? b, c)
  }

  private static func add(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ first: String, _ second: String
  ) throws -> ValueID {
    let (alpha, beta) = (try call.double("alpha"), try call.double("beta"))
    let product = try builder.scaled(multiply(call, &builder, first, second), by: alpha)
    if beta == 0 { return product }
    return try builder.sum(builder.scaled(call.tensor("self", &builder), by: beta), product)
  }

  private static func outer(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["self"], call["vec2"]])
    return try builder.product(builder.unsqueeze(pair[0], [1]), builder.unsqueeze(pair[1], [0]))
  }

  @Sendable
  private static func bilinear(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let operands = [
      try call.tensor("input1", &builder), try call.tensor("weight", &builder), try call.tensor("input2", &builder),
    ]
    let result = try builder.apply(EinsteinSum(equation: "...i,oij,...j->...o"), to: operands, count: 1)[0]
    return try call.optionalTensor("bias", &builder).map { try builder.sum(result, $0) } ?? result
  }

  /// `x · y / max(|x| |y|, eps)`
  @Sendable
  private static func cosine(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["x1"], call["x2"]], atLeastReal: true)
    let pairRank = try max(builder.rank(of: pair[0]), builder.rank(of: pair[1]))
    let dim = try call.int("dim")
    let axes = try builder.ints([dim < 0 ? dim : dim - pairRank])
    let type = try builder.elementType(of: pair[0])
    let least = try builder.scalar(call.double("eps"), as: type)
    let unit = try pair.map { x in
      let norm = try builder.apply(ReduceL2(), x, axes)
      return try builder.apply(Divide(), x, builder.apply(Maximum(), norm, least))
    }
    return try builder.apply(ReduceSum(keepsAxes: false), builder.product(unit[0], unit[1]), axes)
  }

  @Sendable
  private static func distances(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let (a, b) = (try call.tensor("x1", &builder), try call.tensor("x2", &builder))
    let difference = try builder.apply(Subtract(), builder.unsqueeze(a, [-2]), builder.unsqueeze(b, [-3]))
    return try distance(call, &builder, difference, keeps: false)
  }

  @Sendable
  private static func pairwise(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["x1"], call["x2"]], atLeastReal: true)
    let type = try builder.elementType(of: pair[0])
    let difference = try builder.sum(
      builder.apply(Subtract(), pair[0], pair[1]), builder.scalar(call.double("eps"), as: type))
    return try distance(call, &builder, difference, keeps: call.bool("keepdim"))
  }

  private static func distance(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ difference: ValueID, keeps: Bool
  ) throws -> ValueID {
    let axes = try builder.ints([-1])
    switch try call.double("p") {
    case 2: return try builder.apply(ReduceL2(keepsAxes: keeps), difference, axes)
    case 1: return try builder.apply(ReduceL1(keepsAxes: keeps), difference, axes)
    case let p: throw call.unsupported("distances of order \(p)")
    }
  }
}

extension AtenGraphBuilder {
  /// `x · weightᵀ + bias`, along the last axis.
  mutating func linear(_ x: ValueID, _ weight: ValueID, _ bias: ValueID?) throws -> ValueID {
    if try rank(of: x) == 2, try rank(of: weight) == 2 {
      return try apply(GeneralMatrixMultiplication(transposesB: true), x, weight, bias)
    }
    let matrix = try rank(of: weight) == 2 ? transpose(weight, [1, 0]) : weight
    let result = try apply(MatrixMultiplication(), x, matrix)
    return try bias.map { try sum(result, $0) } ?? result
  }
}
