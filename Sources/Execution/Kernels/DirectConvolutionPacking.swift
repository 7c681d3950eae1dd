import CKernels
import CNNTensors

/// `[M, C / groups, kh, kw]` to `[output block][plane of the group][kh][kw][lanes][16]`.
struct DirectConvolutionPacking: Packing {
  var weights: Tensor
  /// The filter of each output lane, -1 for none.
  var filters: [Int32]
  /// The channel of each input lane, -1 for none.
  var channels: [Int32]
  /// Of the graph's convolution.
  var groupChannels: Int
  var groupFilters: Int
  /// Of the kernel's.
  var groupInputs: Int
  var groupOutputs: Int
  var lanes: Int
  var taps: Int

  var count: Int { filters.count * groupInputs * lanes * taps }

  func pack(to target: UnsafeMutablePointer<Float>, _ steps: inout PackingSteps) {
    // The plan keeps the tensor's storage, which does not move, until all steps have run.
    weights.withBytes { bytes in
      let context = cnn_convolution_packing(
        weights: bytes.baseAddress, filters: steps.contexts.copy(filters), channels: steps.contexts.copy(channels),
        packed: target, group_filters: Int32(groupFilters), group_channels: Int32(groupChannels),
        group_inputs: Int32(groupInputs), group_outputs: Int32(groupOutputs), output_blocks: Int32(filters.count / 16),
        lanes: Int32(lanes), taps: Int32(taps))
      steps.add(cnn_pack_convolution, context, tasks: filters.count / 16)
    }
  }
}
