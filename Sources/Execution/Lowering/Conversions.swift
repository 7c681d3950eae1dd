import CKernels
import CNNGraphs

// Making one form of a value from another.

extension PlanBuilder {
  /// The value's channels in blocks; packs them where they are not.
  mutating func view(_ id: ValueID) throws -> ChannelView {
    if let view = views[id] { return view }
    guard let shape = imageShape(id) else { throw Unlowered.shape }
    let view = addImage(shape)
    var context = cnn_packing()
    (context.channels, context.images) = (Int32(shape[1]), Int32(shape[0]))
    (context.height, context.width) = (Int32(shape[2]), Int32(shape[3]))
    var step = Step(.pack(context), "pack '\(name(id))'")
    step.source = try plainSource(id)
    step.output = planes(of: view)
    add(step)
    views[id] = view
    return view
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

  /// The value row-major in the arena; unpacks or copies it where it is not.
  mutating func plain(_ id: ValueID) throws -> PlainView {
    if let plain = plains[id] { return plain }
    guard let view = views[id] else { throw Unlowered.shape }
    if let matrix = pixelRows(view) {
      plains[id] = matrix
      return matrix
    }
    let aligned = try alignedView(view, "gather '\(name(id))'")
    var buffer = Buffer(
      layout: .plain, images: view.images, planes: view.channels, height: view.height, width: view.width)
    buffer.offset = 0
    let target = PlainView(
      buffer: addBuffer(buffer), rows: view.images, columns: view.channels * view.pixels,
      rowDistance: view.channels * view.pixels)
    var context = cnn_packing()
    (context.channels, context.images) = (Int32(view.channels), Int32(view.images))
    (context.height, context.width) = (Int32(view.height), Int32(view.width))
    var step = Step(.unpack(context), "unpack '\(name(id))'")
    step.input = aligned
    step.target = .buffer(target.buffer)
    add(step)
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

  /// The planes of a view in order; gathers the channels into new blocks where they do not lie so.
  mutating func alignedView(_ view: ChannelView, _ label: String) throws -> [PlaneReference] {
    if let planes = view.alignedPlanes { return planes }
    return planes(of: try gathered(view, label))
  }

  /// A copy of the channels in blocks of their own.
  mutating func gathered(_ view: ChannelView, _ label: String) throws -> ChannelView {
    guard let (planes, _) = distinctPlanes(of: view), planes.count < Int(Int16.max) else { throw Unlowered.shape }
    let target = addImage([view.images, view.channels, view.height, view.width])
    var context = cnn_gather()
    context.blocks = Int32(target.blocks)
    (context.images, context.height, context.width) = (Int32(view.images), Int32(view.height), Int32(view.width))
    var step = Step(.gather(context), label)
    step.input = planes
    step.output = self.planes(of: target)
    let places = Dictionary(uniqueKeysWithValues: planes.enumerated().map { ($1, Int16($0)) })
    for place in 0..<target.blocks * Buffer.laneCount {
      let lane = place < view.channels ? view.lanes[place] : nil
      step.gatherSources.append(lane.flatMap { places[$0.plane] } ?? -1)
      step.gatherLanes.append(Int8(lane?.place ?? 0))
    }
    add(step)
    return target
  }

  private func distinctPlanes(of view: ChannelView) -> (planes: [PlaneReference], count: Int)? {
    var seen: Set<PlaneReference> = []
    let planes = view.lanes.map(\.plane).filter { seen.insert($0).inserted }
    return (planes, planes.count)
  }

  /// The value's channels as they come, each a plain plane inside a border.
  mutating func frame(_ id: ValueID) throws -> Int {
    if let frame = frames[id] { return frame }
    guard let shape = imageShape(id) else { throw Unlowered.shape }
    let index = addBuffer(
      Buffer(layout: .framed, images: shape[0], planes: shape[1], height: shape[2], width: shape[3]))
    var context = cnn_framing()
    (context.channels, context.images) = (Int32(shape[1]), Int32(shape[0]))
    (context.height, context.width) = (Int32(shape[2]), Int32(shape[3]))
    var step = Step(.frame(context), "frame '\(name(id))'")
    step.source = try plainSource(id)
    step.output = (0..<shape[1]).map { PlaneReference(buffer: index, plane: $0) }
    add(step)
    frames[id] = index
    return index
  }
}

/// Why a node is left to the reference path.
enum Unlowered: Error {
  case shape
}
