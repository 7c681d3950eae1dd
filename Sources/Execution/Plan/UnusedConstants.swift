extension Plan {
  /// Drops packed constants that no step reads: a lowering may have added some before it gave up.
  mutating func dropUnusedConstants() throws {
    var used = PackedUses()
    for step in steps { used.collect(step.kernel) }
    guard packing.contains(where: { !used.offsets.contains($0.offset) }) else { return }
    var moved = MovedConstants()
    packedCount = 0
    for constant in packing where used.offsets.contains(constant.offset) {
      moved.offsets[constant.offset] = packedCount
      packedCount += (constant.packing.count + 15) / 16 * 16
    }
    packing = packing.compactMap { constant in
      moved.offsets[constant.offset].map { PackedConstant(packing: constant.packing, offset: $0) }
    }
    for index in steps.indices { try steps[index].kernel.visit(&moved) }
  }
}

/// Where the packed constants begin that kernels read.
private struct PackedUses: KernelFields {
  var offsets: Set<Int> = []

  mutating func collect(_ kernel: any Kernel) {
    var kernel = kernel
    // Collecting cannot fail: the errors are those of files.
    try? kernel.visit(&self)
  }

  mutating func value<T: BitwiseCopyable>(_ value: inout T) {}
  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) {}
  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) {}

  mutating func operand(_ operand: inout Operand?, _ access: Access) {
    if case .packed(let offset)? = operand { offsets.insert(offset) }
  }
}

/// Where packed constants begin now.
private struct MovedConstants: KernelFields {
  var offsets: [Int: Int] = [:]

  mutating func value<T: BitwiseCopyable>(_ value: inout T) {}
  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) {}
  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) {}

  mutating func operand(_ operand: inout Operand?, _ access: Access) {
    if case .packed(let offset)? = operand, let moved = offsets[offset] { operand = .packed(moved) }
  }
}
