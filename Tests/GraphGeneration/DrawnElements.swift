import CNNTensors
import TestSupport

/// Elements of a tensor, drawn.
enum DrawnElements {
  /// Numbers that find faults.
  private static let odd: [Double] = [
    .nan, .infinity, -.infinity, -0.0, 0, 0x1p-149, -0x1p-149, 0x1p-140, 0x1p-126, -0x1p-126, 1e-20, -1e-20, 1e10,
    -1e10,
    0.5, 1.5, 2.5, -0.5, -2.5, 1, -1, 2_147_483_648, -2_147_483_648, 16_777_217,
  ]

  /// A tensor of ordinary elements, some of which are odd ones if it is `isWild`.
  static func tensor(_ type: ElementType, _ shape: [Int], isWild: Bool, _ random: inout SplitMix) throws -> Tensor {
    let count = shape.reduce(1, *)
    if type == .string {
      let words = ["", "a", "b", "cat", "ß", "0"]
      return try Tensor(strings: (0..<count).map { _ in random.pick(words) }, shape: shape)
    }
    if type == .bool { return try Tensor((0..<count).map { _ in random.chance(0.5) }, shape: shape) }
    if type.isInteger { return try integers(type, shape, isWild: isWild, &random) }
    let isOnGrid = random.chance(0.25)
    let isPositive = random.chance(0.1)
    let numbers = (0..<count).map { _ -> Double in
      if isWild, random.chance(0.2) { return random.pick(odd) }
      let number = 4 * random.uniform() - 2
      let rounded = isOnGrid ? (number * 4).rounded() / 4 : number
      return isPositive ? abs(rounded) + 0.0625 : rounded
    }
    return try Tensor(numbers, shape: shape).converted(to: type)
  }

  private static func integers(
    _ type: ElementType, _ shape: [Int], isWild: Bool, _ random: inout SplitMix
  ) throws -> Tensor {
    let isSigned = ![.uint8, .uint16, .uint32, .uint64, .uint4, .uint2].contains(type)
    let extremes: [Int64] = isSigned ? [0, 1, -1, 127, -128, .max, .min] : [0, 1, 255, -1, .max]
    let numbers = (0..<shape.reduce(1, *)).map { _ -> Int64 in
      if isWild, random.chance(0.2) {
        let extreme = random.pick(extremes)
        // The least and the greatest of the type: the lowest bits of the 64-bit ones would be 0 and -1.
        guard type.bitWidth < 64, extreme == .max || extreme == .min else { return extreme }
        return extreme >> Int64(64 - type.bitWidth)
      }
      return Int64(isSigned ? random.pick(-5...5) : random.pick(0...9))
    }
    return try Tensor(numbers, shape: shape).converted(to: type)
  }
}
