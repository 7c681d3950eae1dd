/// Whether and how a convolution goes by Winograd's algorithm.
///
/// Costs are cycles of one core with 512-bit vectors, measured with weights that come from memory; only their relation
/// counts, and it is nearly the same for narrower ones.
struct WinogradChoice {
  var tiles: Int
  var span: Int
  var isShared: Bool
  var expands: Bool

  /// Tiles of all images up to which one group of tiles holds them all, so that weights pass by once.
  private static let oneGroup = 56
  /// The part of the second-level cache that transformed inputs and products of a task may fill.
  private static let cacheBytes = 1 << 20

  /// Tiles up to which large weights are kept plain.
  private static let expandedTiles = 20
  /// Pairs of blocks whose expanded weights take 24 MiB.
  private static let largePairs = 683.0

  init?(_ form: ConvolutionCase, threads: Int) {
    let (height, width) = (form.height, form.width)
    guard height.kernel == 3, width.kernel == 3, height.stride == 1, width.stride == 1, height.dilation == 1,
      width.dilation == 1, height.padBegin <= 2, width.padBegin <= 2, form.geometry.channels >= 8,
      form.geometry.filters >= 8
    else { return nil }
    let groups = form.geometry.groups
    let inputs = Buffer.blocks(of: form.geometry.channels)
    let outputs = Buffer.blocks(of: form.geometry.filters)
    let pixels = form.output.images * form.output.pixels
    let all = form.output.images * ((form.output.height + 3) / 4) * ((form.output.width + 3) / 4)
    let pairs = Double(inputs * outputs)
    let count = Double(all)
    let transforms = count * (Double(inputs) * 300 + Double(outputs) * 260)
    let stored = pairs * max(370 * count, 9700)
    let expanded = pairs * (3400 + 440 * count)
    let direct = pairs * max(85 * Double(pixels), 2400)
    guard transforms + min(stored, expanded) < direct * 0.95 else { return nil }
    // Expanding costs a few per cent at 16 tiles, and spares three quarters of the memory.
    expands = all < 14 && expanded < stored || all <= Self.expandedTiles && pairs >= Self.largePairs
    if all <= Self.oneGroup {
      tiles = all
      isShared = threads > 1
      let blocks = outputs * groups
      span = isShared ? max(4, (blocks / (2 * threads) + 3) / 4 * 4) : blocks
    } else {
      isShared = false
      span = outputs * groups
      let most = max(12, min(24, Self.cacheBytes / (2304 * (inputs + 4))))
      // Groups of equal size, as many as keep all threads busy to the end.
      var count = (all + most - 1) / most
      count = (count + threads - 1) / threads * threads
      tiles = (all + count - 1) / count
    }
  }
}
