/// One kernel of a plan, and what it stands for.
struct Step: Sendable {
  var kernel: any Kernel
  /// What the step stands for in the graph.
  var label: String
  /// Multiplications followed by an addition, as the graph counts them.
  var work = 0
  /// How many tasks the step falls into.
  var tasks = 1

  init(_ kernel: any Kernel, _ label: String, work: Int = 0) {
    (self.kernel, self.label, self.work) = (kernel, label, work)
  }
}
