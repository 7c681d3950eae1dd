import CNNTensors

extension LimitError {
  /// What is wrong, in one line.
  public var message: String {
    switch self {
    case .work(let limit): "more work than the limit of \(limit) units"
    case .time(let seconds): "not done within \(seconds) seconds"
    }
  }

  /// What a user can do about it.
  var remedy: Remedy {
    switch self {
    case .work: .raiseWorkLimit
    case .time: .allowMoreTime
    }
  }
}
