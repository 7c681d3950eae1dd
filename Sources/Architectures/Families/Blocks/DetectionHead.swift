extension FeatureMap {
  /// `[N, anchors · count, H, W]` as a list `[N, H · W · anchors, count]`, place by place.
  func listed(anchors: Int, _ count: Int) -> FeatureMap {
    let extents = shape.map { $0.value ?? 1 }
    guard extents.count == 4 else { return self }
    return reshaped([0, anchors, count, extents[2], extents[3]]).transposed([0, 3, 4, 1, 2])
      .reshaped([0, extents[2] * extents[3] * anchors, count])
  }
}
