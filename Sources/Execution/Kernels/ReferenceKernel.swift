/// A node that has no other kernel: its operator's reference evaluation, on the thread that runs the program.
struct ReferenceKernel: Kernel {
  static let code = "reference"

  /// Where an argument comes from.
  enum Input: Sendable {
    case slot(Int)
    case plain(PlainView, shape: [Int])

    fileprivate var operand: Operand? {
      switch self {
      case .slot: nil
      case .plain(let view, _): .buffer(view.buffer)
      }
    }
  }

  /// The node's index in the plan's list.
  var node = 0
  var inputs: [Input?] = []
  /// The values that its bodies read by name.
  var captures: [(name: String, value: Input)] = []
  /// The slots of the outputs.
  var outputs: [Int?] = []

  init() {}

  init(node: Int, inputs: [Input?], captures: [(name: String, value: Input)], outputs: [Int?]) {
    (self.node, self.inputs, self.captures, self.outputs) = (node, inputs, captures, outputs)
  }

  var name: String { "reference" }

  /// Plans with reference steps are not kept, so there is nothing to fill.
  func visit(_ fields: inout some KernelFields) throws {
    for case let input? in inputs + captures.map({ $0.value }) {
      var operand = input.operand
      try fields.operand(&operand, .reads)
    }
  }

  var taskCount: Int { 1 }

  /// Plans with reference steps are not kept.
  func check(_ check: inout some AccessCheck) throws { throw Unsound() }

  func bind(_ binding: inout Binding, tasks: Int) { binding.add(call: self) }
}
