import CKernels

/// The CPUs that this process may run on.
enum CPUs {
  static let count = max(1, Int(cnn_cpu_count()))
}
