/// What can be wrong with a picture.
public enum ImageFault: FormatFault, Hashable {
  /// The file is no picture of a known kind.
  case notAnImage(FileKind)
  /// The bytes are damaged.
  case damaged(ImageKind, String)
  /// The bytes end before the picture does.
  case cutShort(ImageKind)
  /// A form of a known kind that is not decoded.
  case unsupported(ImageKind, String)
  /// A picture without a pixel.
  case empty(ImageKind)

  /// What is wrong, and what to do.
  public var message: String {
    switch self {
    case .notAnImage(.empty): "is empty; download it again"
    case .notAnImage(.html): "is an HTML page, no picture; fetch the file itself"
    case .notAnImage(.gitLFSPointer): "is a Git LFS pointer, not the picture itself; fetch it with 'git lfs pull'"
    case .notAnImage: "is no picture that can be read; save it as JPEG, PNG, WebP or PPM"
    case .damaged(let kind, let reason): "the \(kind.rawValue) picture is damaged: \(reason)"
    case .cutShort(let kind): "the \(kind.rawValue) picture is cut short; download it again"
    case .unsupported(let kind, let reason):
      "this form of \(kind.rawValue) cannot be decoded: \(reason); save it again as an ordinary JPEG or PNG"
    case .empty(let kind): "the \(kind.rawValue) picture has no pixels"
    }
  }

  /// False: a picture that cannot be decoded is bad input.
  public var isUnsupported: Bool { false }
  /// False: limits have errors of their own.
  public var isLimit: Bool { false }
}
