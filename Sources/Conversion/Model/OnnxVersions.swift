/// The versions of ONNX's operator set, in which the operators of every graph are counted, and the versions of the file
/// format that go with them (ONNX "Versioning", table of released versions).
package enum OnnxVersions {
  /// The newest operator set this program knows.
  package static let newestOperatorSet = 28

  /// The version of the file format that brought functions.
  static let functionVersion = 8

  /// The version of the file format that came with an operator set.
  static func irVersion(forOperatorSet version: Int) -> Int {
    switch version {
    case ...8: 3
    case 9: 4
    case 10: 5
    case 11: 6
    case 12...14: 7
    case 15...18: 8
    case 19...20: 9
    case 21...22: 10
    case 23: 11
    case 24: 12
    case 25...27: 13
    default: 14
    }
  }
}
