import CKernels
import CNNTensors

/// Weights `[M, C / groups, 3, 3]` to Winograd's form.
struct WinogradPacking: Packing {
  var weights: Tensor
  var filters: Int
  var groupChannels: Int
  var groupInputs: Int
  var groupOutputs: Int
  var outputBlocks: Int
  /// True if tasks expand plain weights themselves.
  var expands: Bool

  var count: Int { (expands ? 9 : Int(WINOGRAD_POINTS)) * 256 * groupInputs * outputBlocks }

  func pack(to target: UnsafeMutablePointer<Float>, _ steps: inout PackingSteps) {
    // The plan keeps the tensor's storage, which does not move, until all steps have run.
    weights.withBytes { bytes in
      let context = cnn_winograd_packing(
        weights: bytes.baseAddress, packed: target, filters: Int32(filters), group_channels: Int32(groupChannels),
        group_inputs: Int32(groupInputs), group_outputs: Int32(groupOutputs), output_blocks: Int32(outputBlocks),
        expands: expands ? 1 : 0)
      steps.add(cnn_pack_winograd, context, tasks: outputBlocks)
    }
  }
}
