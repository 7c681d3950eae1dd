import CNNTensors

/// What can be wrong with the files of an ncnn network.
package enum NcnnFault: FormatFault, Hashable {
  /// The file is no UTF-8 text.
  case notText
  /// The first line is not the mark.
  case mark
  /// The line with the counts of layers and blobs.
  case counts(line: Int)
  /// A line that is no layer.
  case layer(line: Int)
  /// A setting of a layer.
  case setting(String, line: Int)
  /// A blob that is read before it is made.
  case unknownBlob(String, line: Int)
  /// A blob that is made twice.
  case repeatedBlob(String, line: Int)
  /// Another number of layers than announced.
  case layerCount(expected: Int, found: Int)
  /// Another number of blobs than announced.
  case blobCount(expected: Int, found: Int)
  /// The file of the weights is not there.
  case missingData(String)
  /// The weights end too early; the layer, and how many bytes it needs from where on.
  case shortData(layer: String, needed: Int, offset: Int, available: Int)
  /// Bytes behind the last layer's weights.
  case leftoverData(used: Int, available: Int)
  /// A way of storing weights that is not known.
  case storage(layer: String, tag: UInt32, offset: Int)
  /// A layer's setting of an impossible size.
  case size(layer: String)
  /// A value that such a file cannot hold.
  case unwritable(String)

  /// What is wrong, and what to do.
  package var message: String {
    switch self {
    case .notText: "is no text, as an ncnn param file is; convert a binary one from the text that it was made of"
    case .mark: "does not begin with the line \(NcnnText.mark) alone, as an ncnn param file does"
    case .counts(let line): "line \(line): the number of layers and the number of blobs expected"
    case .layer(let line): "line \(line): TYPE NAME, the counts of inputs and outputs, and their names expected"
    case .setting(let text, let line): "line \(line): setting \(text.quoted) is no NUMBER=VALUE"
    case .unknownBlob(let name, let line): "line \(line): blob \(name.quoted) is read before a layer makes it"
    case .repeatedBlob(let name, let line): "line \(line): blob \(name.quoted) is made a second time"
    case .layerCount(let expected, let found):
      "\(expected) layers announced, \(found) found; the file is cut off or was edited by hand"
    case .blobCount(let expected, let found):
      "\(expected) blobs announced, \(found) found; the file is cut off or was edited by hand"
    case .missingData(let path):
      "its weights are expected in \(path.quoted), which cannot be read; put the two files side by side"
    case .shortData(let layer, let needed, let offset, let available):
      "layer \(layer.quoted) needs \(needed) bytes of weights from byte \(offset) on, and the .bin file has \(available); "
        + "the two files do not belong together, or the second is cut off"
    case .leftoverData(let used, let available):
      "the layers take \(used) bytes of weights, and the .bin file has \(available); the two files do not belong together"
    case .storage(let layer, let tag, let offset):
      "the weights of layer \(layer.quoted) at byte \(offset) of the .bin file are stored in a way (\(String(tag, radix: 16))) that is not supported"
    case .size(let layer): "layer \(layer.quoted): its sizes are impossible"
    case .unwritable(let what): what
    }
  }

  /// True for what ncnn itself may read.
  package var isUnsupported: Bool {
    switch self {
    case .storage, .unwritable: true
    default: false
    }
  }

  /// False.
  package var isLimit: Bool { false }
}
