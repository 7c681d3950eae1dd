/// Names of classes that many detectors and segmenters share.
extension ClassLabels {
  /// The 80 classes of COCO (2014), in the order of their numbers.
  private static let coco = """
    person bicycle car motorcycle airplane bus train truck boat traffic_light fire_hydrant stop_sign parking_meter bench bird cat \
    dog horse sheep cow elephant bear zebra giraffe backpack umbrella handbag tie suitcase frisbee skis snowboard sports_ball kite \
    baseball_bat baseball_glove skateboard surfboard tennis_racket bottle wine_glass cup fork knife spoon bowl banana apple \
    sandwich orange broccoli carrot hot_dog pizza donut cake chair couch potted_plant bed dining_table toilet tv laptop mouse \
    remote keyboard cell_phone microwave oven toaster sink refrigerator book clock vase scissors teddy_bear hair_drier toothbrush
    """.names

  /// The numbers from 0 to 90 that COCO's annotations leave out.
  private static let unused: Set<Int> = [0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83]

  /// The 20 classes of PASCAL VOC after the background.
  private static let voc =
    ["background"]
      + """
      aeroplane bicycle bird boat bottle bus car cat chair cow dining_table dog horse motorbike person potted_plant sheep sofa train \
      tv_monitor
      """.names

  /// The names for a detector of so many classes: COCO's for 80, and for 91, which count the numbers that COCO leaves out.
  init?(thingsOf count: Int) {
    switch count {
    case 80: self.init(Self.coco, source: "COCO's 80 classes")
    case 91:
      var rest = Self.coco[...]
      let names = (0...90).map { Self.unused.contains($0) ? "" : rest.popFirst() ?? "" }
      self.init(names, source: "COCO's 80 classes by their numbers in its annotations")
    default: return nil
    }
  }

  /// The names for a segmenter of so many classes: PASCAL VOC's for 21.
  init?(placesOf count: Int) {
    guard count == 21 else { return nil }
    self.init(Self.voc, source: "PASCAL VOC's 20 classes after the background")
  }
}

extension String {
  /// Names with spaces between them, and underscores within them.
  fileprivate var names: [String] { split(separator: " ").map { String($0.replacing("_", with: " ")) } }
}
