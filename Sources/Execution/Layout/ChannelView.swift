/// An activation `[N, C, spatial…]` as a list of channels, each a lane of a block of some buffer.
///
/// Concatenations, slices and shuffles of channels make another list and move nothing. A reader takes the
/// list as it is, or has it gathered first.
struct ChannelView: Sendable, Hashable {
  /// A lane of a buffer: `plane · 16 + position`.
  struct Lane: Sendable, Hashable {
    var buffer: Int32
    var index: Int32
    var plane: PlaneReference {
      PlaneReference(buffer: Int(buffer), plane: Int(index) / Buffer.laneCount)
    }
    var position: Int { Int(index) % Buffer.laneCount }
  }

  var lanes: [Lane]
  var images: Int
  var spatial: [Int]
  /// True if blocks of the list hold channels that are not in it. A reader would meet them with weights of 0, which
  /// is right for all numbers but infinities and NaN: such a list is gathered before it is read.
  var sharesBlocks = false

  var channels: Int { lanes.count }
  /// Blocks that the channels fill.
  var blocks: Int { Buffer.blocks(of: lanes.count) }
  var pixels: Int { spatial.reduce(1, *) }
  var shape: ImageShape { ImageShape(images: images, channels: channels, spatial: spatial) }

  /// All channels of a buffer.
  init(buffer: Int, _ shape: ImageShape) {
    lanes = (0..<shape.channels).map { Lane(buffer: Int32(buffer), index: Int32($0)) }
    (images, spatial) = (shape.images, shape.spatial)
  }

  init(lanes: [Lane], like other: ChannelView, sharesBlocks: Bool? = nil) {
    self.lanes = lanes
    self.sharesBlocks = sharesBlocks ?? other.sharesBlocks
    (images, spatial) = (other.images, other.spatial)
  }

  /// The same channels as images of another shape with as many pixels.
  init(_ other: ChannelView, spatial: [Int]) {
    self = other
    self.spatial = spatial
  }

  /// How many of the channels lie in each plane.
  var channelCounts: [PlaneReference: Int] { lanes.reduce(into: [:]) { $0[$1.plane, default: 0] += 1 } }

  /// Some of the channels, in the order given.
  /// - Parameter counts: the view's ``channelCounts``, so that a thousand parts need not count a thousand times.
  func part(_ channels: [Int], counts: [PlaneReference: Int]) -> ChannelView {
    let kept = Set(channels).reduce(into: [:] as [PlaneReference: Int]) { $0[lanes[$1].plane, default: 0] += 1 }
    let shares = kept.contains { plane, count in counts[plane] != count }
    return ChannelView(lanes: channels.map { lanes[$0] }, like: self, sharesBlocks: sharesBlocks || shares)
  }

  /// The planes in order if each holds 16 channels of the view in their order, the last one perhaps fewer.
  var alignedPlanes: [PlaneReference]? {
    if sharesBlocks { return nil }
    var planes: [PlaneReference] = []
    for (channel, lane) in lanes.enumerated() {
      guard lane.position == channel % Buffer.laneCount else { return nil }
      if lane.position == 0 { planes.append(lane.plane) } else if planes[planes.count - 1] != lane.plane { return nil }
    }
    return planes
  }

  /// The distinct planes that hold the channels, and for each of their lanes the channel, -1 for none.
  /// `nil` if a lane stands for two channels.
  var scatteredPlanes: (planes: [PlaneReference], channels: [Int32])? {
    if sharesBlocks { return nil }
    var numbers: [PlaneReference: Int] = [:]
    var planes: [PlaneReference] = []
    var channels: [Int32] = []
    for (channel, lane) in lanes.enumerated() {
      let number = numbers[lane.plane] ?? planes.count
      if number == planes.count {
        numbers[lane.plane] = number
        planes.append(lane.plane)
        channels += Array(repeating: -1, count: Buffer.laneCount)
      }
      let index = number * Buffer.laneCount + lane.position
      guard channels[index] < 0 else { return nil }
      channels[index] = Int32(channel)
    }
    return (planes, channels)
  }
}
