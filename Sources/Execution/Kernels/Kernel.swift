/// One kind of work that steps of a plan do, with what it reads and writes.
///
/// A kernel is a file here and a file in `CKernels/kernels`. All that is asked of kernels is asked through this
/// protocol: nothing else tells one kind from another.
protocol Kernel: Sendable {
  /// What kept plans call the kernel.
  static var code: String { get }

  /// A kernel of no size, to be filled from a kept plan.
  init()

  /// The kernel in a word or two, for people.
  var name: String { get }

  /// Sizes and choices that are worth reading in a plan's listing.
  var details: [String] { get }

  /// Hands over every stored property, in an order that never changes.
  mutating func visit(_ fields: inout some KernelFields) throws

  /// The window that is read without regard to the image's edges; `nil` if the kernel stays inside.
  var reach: Reach? { get }

  /// Planes that ``reach`` is about.
  var reachedPlanes: [PlaneReference] { get }

  /// Cuts the work into tasks. What is computed does not depend on the cut.
  mutating func cut(_ partition: Partition, _ buffers: [Buffer])

  /// The number of tasks that the work is cut into.
  var taskCount: Int { get }

  /// Floats that a task needs besides.
  var scratch: Int { get }

  /// Says what the kernel reads and writes, its sizes checked: a plan may come from a file.
  /// - Throws: ``Unsound`` for sizes that the kernel cannot compute with.
  func check(_ check: inout some AccessCheck) throws

  /// Fills in addresses, and adds the kernel to the steps of a program.
  func bind(_ binding: inout Binding, tasks: Int)
}

extension Kernel {
  var details: [String] { [] }
  var reach: Reach? { nil }
  var reachedPlanes: [PlaneReference] { [] }
  var scratch: Int { 0 }
  mutating func cut(_ partition: Partition, _ buffers: [Buffer]) {}
}
