import CNNGraphs
import CNNOperators
import CNNTensors

/// Padding, shifting, mirroring, and blocks of pixels for channels.
enum AtenShapes {
  static let family = AtenOperators.Family(
    name: "Padding and order",
    operators: AtenOperators.singles([
      "aten::pad": { call, builder in
        let value = call.has("value") ? call["value"] : .int(0)
        return try pad(call, &builder, "pad", mode: call.string("mode") ?? "constant", value)
      },
      "aten::constant_pad_nd": { try pad($0, &$1, "pad", mode: "constant", $0["value"]) },
      "aten::reflection_pad1d": { try pad($0, &$1, "padding", mode: "reflect", .none) },
      "aten::reflection_pad2d": { try pad($0, &$1, "padding", mode: "reflect", .none) },
      "aten::reflection_pad3d": { try pad($0, &$1, "padding", mode: "reflect", .none) },
      "aten::replication_pad1d": { try pad($0, &$1, "padding", mode: "replicate", .none) },
      "aten::replication_pad2d": { try pad($0, &$1, "padding", mode: "replicate", .none) },
      "aten::replication_pad3d": { try pad($0, &$1, "padding", mode: "replicate", .none) },
      "aten::_pad_circular": { try pad($0, &$1, "pad", mode: "circular", .none) },
      "aten::roll": roll,
      "aten::flip": { try flip($0, &$1, $0.ints("dims")) },
      "aten::fliplr": { try flip($0, &$1, [1]) },
      "aten::flipud": { try flip($0, &$1, [0]) },
      "aten::rot90": rotate,
      "aten::pixel_shuffle": pixelShuffle,
      "aten::pixel_unshuffle": pixelUnshuffle,
      "aten::channel_shuffle": channelShuffle, "aten::native_channel_shuffle": channelShuffle,
      "aten::tril": { try triangle($0, &$1, isUpper: false) },
      "aten::triu": { try triangle($0, &$1, isUpper: true) },
      "aten::unfold": unfold,
      "aten::im2col": columns,
      "aten::col2im": { call, builder in
        let pads = try call.ints("padding", count: 2)
        let operation = ColumnsToImage(
          dilations: try call.ints("dilation", count: 2), pads: pads + pads, strides: try call.ints("stride", count: 2))
        let (size, kernel) = (try call.list("output_size"), try call.ints("kernel_size", count: 2))
        return try builder.apply(
          operation, call.tensor("self", &builder), builder.integers(size), builder.ints(kernel))
      },
    ]))

  /// Pads are listed from the last axis on, two for each.
  private static func pad(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ name: String, mode: String, _ value: AtenValue
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let rank = try builder.rank(of: x)
    let listed = try call.list(name)
    guard listed.count % 2 == 0, listed.count / 2 <= rank else { throw call.fault(name, expected: "pairs of integers") }
    if listed.allSatisfy({ $0.integer == 0 }) { return x }
    if mode == "circular" { return try wrap(x, call.ints(name), &builder) }
    var begins = [AtenValue](repeating: .int(0), count: rank)
    var ends = begins
    for pair in 0..<listed.count / 2 {
      begins[rank - 1 - pair] = listed[2 * pair]
      ends[rank - 1 - pair] = listed[2 * pair + 1]
    }
    let pads = try builder.integers(begins + ends)
    switch mode {
    case "constant":
      let filling = try builder.number(value, as: builder.elementType(of: x))
      return try builder.apply(Padding(mode: .constant), x, pads, filling)
    case "reflect": return try builder.apply(Padding(mode: .reflect), x, pads)
    case "replicate": return try builder.apply(Padding(mode: .edge), x, pads)
    default: throw call.unsupported("padding of mode \(mode.quoted)")
    }
  }

  private static func wrap(_ x: ValueID, _ pads: [Int], _ builder: inout AtenGraphBuilder) throws -> ValueID {
    var x = x
    let rank = try builder.rank(of: x)
    for pair in 0..<pads.count / 2 {
      let (axis, before, after) = (rank - 1 - pair, pads[2 * pair], pads[2 * pair + 1])
      guard before >= 0, after >= 0 else { throw ConversionError(.unsupported, "negative circular padding") }
      var parts = [x]
      if before > 0 { parts.insert(try builder.slice(x, axis: axis, from: .int(-before), to: .int(.max)), at: 0) }
      if after > 0 { parts.append(try builder.slice(x, axis: axis, from: .int(0), to: .int(after))) }
      if parts.count > 1 { x = try builder.apply(Concatenation(axis: axis), to: parts, count: 1)[0] }
    }
    return x
  }

  @Sendable
  private static func roll(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let shifts = try call.ints("shifts")
    let axes = try call.ints("dims")
    guard !axes.isEmpty else {
      let line = try builder.reshape(x, to: [.int(-1)])
      return try builder.reshape(shifted(line, axis: 0, by: shifts.first ?? 0, &builder), to: builder.extents(of: x))
    }
    guard shifts.count == axes.count else { throw call.fault("dims", expected: "an axis for each shift") }
    return try zip(shifts, axes).reduce(x) { x, pair in
      try shifted(x, axis: builder.axis(pair.1, of: x), by: pair.0, &builder)
    }
  }

  private static func shifted(
    _ x: ValueID, axis: Int, by shift: Int, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    var shift = shift
    if let extent = try builder.shape(of: x)[axis].value { shift = extent == 0 ? 0 : shift % extent }
    if shift == 0 { return x }
    let back = try builder.slice(x, axis: axis, from: .int(-shift), to: .int(.max))
    let front = try builder.slice(x, axis: axis, from: .int(0), to: .int(-shift))
    return try builder.apply(Concatenation(axis: axis), to: [back, front], count: 1)[0]
  }

  private static func flip(_ call: AtenCall, _ builder: inout AtenGraphBuilder, _ axes: [Int]) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    return try axes.reduce(x) { x, axis in
      try builder.slice(x, axis: builder.axis(axis, of: x), from: .int(-1), to: .int(-Int.max), step: -1)
    }
  }

  @Sendable
  private static func rotate(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let axes = try call.ints("dims").map { try builder.axis($0, of: x) }
    guard axes.count == 2 else { throw call.fault("dims", expected: "two axes") }
    var order = Array(0..<(try builder.rank(of: x)))
    order.swapAt(axes[0], axes[1])
    let turns = ((try call.int("k")) % 4 + 4) % 4
    switch turns {
    case 1: return try builder.transpose(flip(call, &builder, [axes[1]]), order)
    case 2: return try flip(call, &builder, axes)
    case 3: return try builder.transpose(flip(call, &builder, [axes[0]]), order)
    default: return x
    }
  }

  @Sendable
  private static func pixelShuffle(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let factor = try call.int("upscale_factor")
    let rank = try builder.rank(of: x)
    let operation = DepthToSpace(blockSize: factor, order: .columnFirst)
    if rank == 4 { return try builder.apply(operation, x) }
    if rank == 3 { return try builder.squeeze(builder.apply(operation, builder.unsqueeze(x, [0])), [0]) }
    let extents = try builder.extents(of: x)
    let flat = try builder.apply(operation, builder.reshape(x, to: [.int(-1)] + extents.suffix(3)))
    return try builder.reshape(flat, to: Array(extents.dropLast(3)) + builder.extents(of: flat).suffix(3))
  }

  @Sendable
  private static func pixelUnshuffle(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let factor = try call.int("downscale_factor")
    let extents = try builder.extents(of: x)
    let rank = extents.count
    guard rank >= 3, factor > 0, let channels = extents[rank - 3].integer, let height = extents[rank - 2].integer,
      let width = extents[rank - 1].integer
    else { throw call.unsupported("free extents of channels or pixels") }
    let outer = Array(extents.dropLast(3))
    let inner = [channels, height / factor, factor, width / factor, factor].map { AtenValue.int($0) }
    let blocks = try builder.reshape(x, to: outer + inner)
    let order = [0, 2, 4, 1, 3].map { $0 + outer.count }
    let gathered = try builder.transpose(blocks, Array(0..<outer.count) + order)
    let area = AtenValue.int(factor * factor)
    let result = [try builder.multiplyNumbers(.int(channels), area), .int(height / factor), .int(width / factor)]
    return try builder.reshape(gathered, to: outer + result)
  }

  @Sendable
  private static func channelShuffle(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let groups = try call.int("groups")
    let extents = try builder.extents(of: x)
    guard extents.count >= 3, groups > 0, let channels = extents[1].integer else {
      throw call.unsupported("an unknown number of channels")
    }
    let rest = Array(extents[2...])
    let parts = try builder.reshape(x, to: [extents[0], .int(groups), .int(channels / groups)] + rest)
    let order = [0, 2, 1] + (3..<extents.count + 1)
    return try builder.reshape(builder.transpose(parts, order), to: extents)
  }

  private static func triangle(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, isUpper: Bool
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    return try builder.apply(TriangularPart(isUpper: isUpper), x, builder.scalarInt(call.int("diagonal")))
  }

  @Sendable
  private static func unfold(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let rank = try builder.rank(of: x)
    let axis = try builder.axis(call.int("dimension"), of: x)
    let (size, step) = (try call.int("size"), try call.int("step"))
    guard let extent = try builder.shape(of: x)[axis].value, size >= 0, step > 0, extent >= size else {
      throw call.unsupported("windows over a free extent")
    }
    let places = try windows(count: (extent - size) / step + 1, size: size, step: step, dilation: 1)
    let taken = try builder.apply(Gather(axis: axis), x, builder.add(places, hint: "windows"))
    // The window's own axis comes last.
    let order = (0...rank).filter { $0 != axis + 1 } + [axis + 1]
    return try builder.transpose(taken, order)
  }

  /// Where the elements of windows lie: `[count, size]`.
  private static func windows(count: Int, size: Int, step: Int, dilation: Int) throws -> Tensor {
    guard size >= 0, try Tensor.elementCount(of: [count, size]) <= 1 << 20 else {
      throw ConversionError(.limit, "\(count) windows of \(size) elements")
    }
    let places = (0..<count).flatMap { window in (0..<size).map { Int64(window * step + $0 * dilation) } }
    return try Tensor(places, shape: [count, size])
  }

  @Sendable
  private static func columns(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    var x = try call.tensor("self", &builder)
    let isSingle = try builder.rank(of: x) == 3
    if isSingle { x = try builder.unsqueeze(x, [0]) }
    let (kernel, stride) = (try call.ints("kernel_size", count: 2), try call.ints("stride", count: 2))
    let (pads, dilation) = (try call.ints("padding", count: 2), try call.ints("dilation", count: 2))
    let extents = try builder.extents(of: x)
    guard extents.count == 4 else { throw call.fault("self", expected: "an image") }
    let zero = try builder.scalar(0, as: builder.elementType(of: x))
    let padded = try builder.apply(Padding(), x, builder.ints([0, 0] + pads + [0, 0] + pads), zero)
    var counts: [Int] = []
    var taken = padded
    for index in 0..<2 {
      guard let extent = extents[2 + index].integer, extent <= 1 << 31, stride[index] > 0, dilation[index] > 0 else {
        throw call.unsupported("columns of free extents")
      }
      let span = extent + 2 * pads[index] - dilation[index] * (kernel[index] - 1) - 1
      guard span >= 0 else { throw call.fault("kernel_size", expected: "a window that fits") }
      counts.append(span / stride[index] + 1)
      let places = try windows(
        count: counts[index], size: kernel[index], step: stride[index], dilation: dilation[index])
      taken = try builder.apply(Gather(axis: 2 + 2 * index), taken, builder.add(places, hint: "windows"))
    }
    // [N, C, rows, kernel rows, columns, kernel columns]
    let ordered = try builder.transpose(taken, [0, 1, 3, 5, 2, 4])
    guard let channels = extents[1].integer else { throw call.unsupported("an unknown number of channels") }
    let width = try builder.multiplyNumbers(.int(channels), .int(kernel[0] * kernel[1]))
    let result = try builder.reshape(ordered, to: [extents[0], width, .int(counts[0] * counts[1])])
    return isSingle ? try builder.squeeze(result, [0]) : result
  }
}
