import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes a graph of an ONNX model record.
package struct OnnxImporter {
  private let context: OnnxImportContext

  /// - Parameters:
  ///   - registry: the operators that are known; others are kept as ``ForeignOperator``s.
  ///   - externalData: where tensors stored in other files are found.
  package init(registry: OperatorRegistry = .standard, externalData: ExternalData?) {
    context = OnnxImportContext(registry: registry, externalData: externalData)
  }

  /// The model's graph, verified.
  /// - Throws: ``ConversionError`` naming the node, tensor or value that is wrong.
  package func importGraph(_ model: OnnxModel) throws -> Graph {
    for function in model.functions {
      let key = OnnxFunctionKey(domain: function.domain ?? "", name: function.name, overload: function.overload ?? "")
      context.functions[key] = function
    }
    let scope = OnnxScope(versions: OnnxScope.versions(model.operatorSets))
    var builder = OnnxGraphBuilder(model.graph, in: scope, context)
    let graph = try builder.build()
    try graph.verify()
    return graph
  }
}

struct OnnxFunctionKey: Hashable {
  let domain: String
  let name: String
  let overload: String
}

/// What holds for a whole import.
final class OnnxImportContext {
  let registry: OperatorRegistry
  let externalData: ExternalData?
  var functions: [OnnxFunctionKey: OnnxFunction] = [:]
  /// Calls of functions that are being unfolded, to notice one that calls itself.
  var activeFunctions: [OnnxFunctionKey] = []
  /// Nodes made of function bodies; functions that call functions could otherwise ask for billions.
  private var unfoldedNodes = 0

  init(registry: OperatorRegistry, externalData: ExternalData?) {
    (self.registry, self.externalData) = (registry, externalData)
  }

  func chargeNodes(_ count: Int) throws {
    try WorkBudget.current.charge(count, times: 2 * WorkBudget.Cost.inference)
    unfoldedNodes += count
    guard unfoldedNodes <= 1 << 20 else {
      throw ConversionError(.limit, "the model's functions unfold to more than \(1 << 20) nodes")
    }
  }

  /// The tensor of a record, its payload in place.
  func tensor(_ record: OnnxTensor) throws -> Tensor {
    do {
      switch record.payload {
      case .bytes(let storage): return try Tensor(record.elementType, shape: record.shape, storage: storage)
      case .strings(let strings):
        let texts = strings.compactMap { String(validating: $0, as: UTF8.self) }
        guard texts.count == strings.count else { throw ConversionError(.badInput, "a string is not UTF-8") }
        return try Tensor(strings: texts, shape: record.shape)
      case .external:
        guard let externalData else { throw ConversionError(.badInput, "external data has no place here") }
        guard case .bytes(let storage) = try externalData.resolved(record).payload else {
          throw ConversionError(.badInput, "external data holds no strings")
        }
        return try Tensor(record.elementType, shape: record.shape, storage: storage)
      }
    } catch {
      throw ConversionError(outside: error, at: .init(tensor: record.name))
    }
  }

  func sparseTensor(_ record: OnnxSparseTensor) throws -> SparseTensor {
    SparseTensor(values: try tensor(record.values), indices: try tensor(record.indices), shape: record.shape)
  }
}

/// The names and versions that hold where a graph stands.
struct OnnxScope {
  /// A graph whose names its bodies can read.
  struct Outer {
    var graph: Graph
    /// Parameters of a function that the call leaves out.
    var omitted: Set<String>

    func has(_ name: String) -> Bool { graph.value(named: name) != nil && !omitted.contains(name) }
  }

  /// Operator-set version by domain, the empty one being ONNX's own.
  let versions: [String: Int]
  /// The graphs around this one, as far as they have been built.
  var outer: [Outer] = []
  /// In a function's body: the call's attributes.
  var attributes: [String: OnnxAttribute.Value]?
  /// In a function's body: parameters that the call leaves out.
  var omitted: Set<String> = []
  var depth = 0

  static func versions(_ sets: [OnnxOperatorSet]) -> [String: Int] {
    var versions: [String: Int] = [:]
    for set in sets { versions[set.domain == "ai.onnx" ? "" : set.domain] = Int(set.version) }
    return versions
  }

  func sees(_ name: String) -> Bool { outer.contains { $0.has(name) } }
}
