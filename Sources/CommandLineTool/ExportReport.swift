import CNNConv

/// What was written, for programs.
struct ExportReport: Encodable {
  private let model: String?
  private let output: String
  private let architecture: String?
  private let parameters: Int?
  private let tensors: Int?
  private let omitted: [TensorsReport.Omission]
  private let remarks: [String]

  private enum CodingKeys: String, CodingKey { case model, output, architecture, parameters, tensors, omitted, remarks }

  /// - Parameters:
  ///   - path: what was read; `nil` if nothing was.
  ///   - remarks: what a user should know of the file.
  init(_ path: String?, _ model: Model, _ output: String, _ remarks: [String]) {
    (self.model, self.output) = (path, output)
    architecture = model.recognizedAs
    parameters = model.summary().parameters
    tensors = nil
    omitted = []
    self.remarks = (model.weights?.remarks ?? []).map { $0.text(in: OptionWording()) } + remarks
  }

  /// The same for weights that went over as they were.
  init(_ path: String, _ inventory: TensorInventory, _ output: String, _ remarks: [String]) {
    let stored = inventory.stored
    (model, self.output, architecture, parameters) = (path, output, nil, nil)
    tensors = stored.entries.count
    omitted = stored.omissions.map { TensorsReport.Omission(name: $0.key, reason: $0.reason) }
    self.remarks = stored.remarks.map { $0.text(in: OptionWording()) } + remarks
  }
}
