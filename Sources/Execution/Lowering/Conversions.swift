import CKernels
import CNNGraphs

// Making one form of a value from another.

extension PlanBuilder {
  /// The value's channels in blocks; packs them if they are not.
  mutating func view(_ id: ValueID) throws -> ChannelView {
    if let view = views[id] { return view }
    guard let shape = windowedImage(id) else { throw Unlowered.shape }
    let view = addImage(shape)
    let kernel = PackKernel(packing(shape), source: try plainSource(id), output: planes(of: view))
    add(Step(kernel, "pack \(name(id).quoted)"))
    views[id] = view
    return view
  }

  private func packing(_ shape: ImageShape) -> cnn_packing {
    var context = cnn_packing()
    (context.channels, context.images) = (Int32(shape.channels), Int32(shape.images))
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    return context
  }

  /// All planes of the one buffer that a fresh view covers.
  func planes(of view: ChannelView) -> [PlaneReference] { view.alignedPlanes ?? [] }

  /// Where the value lies row-major without a gap.
  private mutating func plainSource(_ id: ValueID) throws -> Operand {
    if let slot = slots[id] {
      plan.slotShapes[slot] = shape(id)
      return .slot(slot)
    }
    guard let plain = plains[id], plain.isContiguous, plain.start == 0 else { throw Unlowered.shape }
    return .buffer(plain.buffer)
  }

  /// The value where it lies row-major without a gap, weights among them; unpacks it if it does not.
  mutating func wholeOperand(_ id: ValueID) throws -> Operand {
    if let constant = constant(id) { return addTensor(constant) }
    if let slot = slots[id] {
      plan.slotShapes[slot] = shape(id)
      return .slot(slot)
    }
    let view = try plain(id)
    guard view.isContiguous else { throw Unlowered.shape }
    return .buffer(view.buffer, start: view.start)
  }

  /// The value row-major in the arena; unpacks or copies it if it is not.
  mutating func plain(_ id: ValueID) throws -> PlainView {
    if let plain = plains[id] { return plain }
    guard let view = views[id] else { throw Unlowered.shape }
    if let matrix = pixelRows(view) {
      plains[id] = matrix
      return matrix
    }
    let aligned = try alignedView(view, "gather \(name(id).quoted)")
    let buffer = addBuffer(Buffer(.plain, view.shape, planes: view.channels))
    let columns = view.channels * view.pixels
    let target = PlainView(buffer: buffer, rows: view.images, columns: columns, rowDistance: columns)
    add(Step(UnpackKernel(packing(view.shape), input: aligned, target: .buffer(buffer)), "unpack \(name(id).quoted)"))
    plains[id] = target
    return target
  }

  /// Single pixels whose blocks follow one another are rows of a matrix already.
  func pixelRows(_ view: ChannelView) -> PlainView? {
    guard view.pixels == 1, let planes = view.alignedPlanes, let first = planes.first,
      planes.enumerated().allSatisfy({ $1 == PlaneReference(buffer: first.buffer, plane: first.plane + $0) })
    else { return nil }
    let buffer = plan.buffers[first.buffer]
    guard buffer.layout == .blocked, buffer.height == 1, buffer.width == 1 else { return nil }
    return PlainView(
      buffer: first.buffer, start: first.plane * Buffer.laneCount, rows: view.images, columns: view.channels,
      rowDistance: buffer.planes * Buffer.laneCount)
  }

  /// The planes of a view in order; gathers the channels into new blocks if they do not lie so.
  mutating func alignedView(_ view: ChannelView, _ label: String) throws -> [PlaneReference] {
    if let planes = view.alignedPlanes { return planes }
    return planes(of: try gathered(view, label))
  }

  /// A copy of the channels in blocks of their own.
  mutating func gathered(_ view: ChannelView, _ label: String) throws -> ChannelView {
    let planes = distinctPlanes(of: view)
    guard planes.count < Int(Int16.max) else { throw Unlowered.shape }
    let target = addImage(view.shape)
    var context = cnn_gather()
    context.blocks = Int32(target.blocks)
    context.images = Int32(view.images)
    (context.height, context.width) = (Int32(view.shape.height), Int32(view.shape.width))
    let indices = Dictionary(uniqueKeysWithValues: planes.enumerated().map { ($1, Int16($0)) })
    var (sources, lanes): ([Int16], [Int8]) = ([], [])
    for position in 0..<target.blocks * Buffer.laneCount {
      let lane = position < view.channels ? view.lanes[position] : nil
      sources.append(lane.flatMap { indices[$0.plane] } ?? -1)
      lanes.append(Int8(lane?.position ?? 0))
    }
    let kernel = GatherKernel(
      context, input: planes, output: self.planes(of: target), sources: sources, lanes: lanes)
    add(Step(kernel, label))
    return target
  }

  private func distinctPlanes(of view: ChannelView) -> [PlaneReference] {
    var seen: Set<PlaneReference> = []
    return view.lanes.map(\.plane).filter { seen.insert($0).inserted }
  }

  /// The value's channels as they come, each a plain plane inside a border.
  mutating func frame(_ id: ValueID) throws -> Int {
    if let frame = frames[id] { return frame }
    guard let shape = windowedImage(id) else { throw Unlowered.shape }
    let index = addBuffer(Buffer(.framed, shape, planes: shape.channels))
    var context = cnn_framing()
    (context.channels, context.images) = (Int32(shape.channels), Int32(shape.images))
    (context.height, context.width) = (Int32(shape.height), Int32(shape.width))
    let planes = (0..<shape.channels).map { PlaneReference(buffer: index, plane: $0) }
    add(Step(FrameKernel(context, source: try plainSource(id), output: planes), "frame \(name(id).quoted)"))
    frames[id] = index
    return index
  }
}
