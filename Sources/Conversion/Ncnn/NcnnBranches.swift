import CNNFormats

/// In ncnn a blob has one reader. A Split layer makes as many of it as there are readers; an output that is read, too, keeps
/// a branch of its own name free.
enum NcnnBranches {
  /// Puts Split layers in.
  static func split(_ draft: NcnnDraft, outputs: Set<String>) {
    var readers: [String: Int] = [:]
    for entry in draft.entries { for name in entry.layer.inputs { readers[name, default: 0] += 1 } }
    var branches: [String: [String]] = [:]
    var result: [NcnnDraft.Entry] = []
    var count = 0
    for var entry in draft.entries {
      entry.layer.inputs = entry.layer.inputs.map { name in
        guard let branch = branches[name]?.popLast() else { return name }
        return branch
      }
      var splits: [NcnnDraft.Entry] = []
      for (index, name) in entry.layer.outputs.enumerated() {
        let uses = readers[name] ?? 0
        let isOutput = outputs.contains(name)
        guard uses > 1 || uses == 1 && isOutput else { continue }
        let names = (0..<uses).map { "\(name)_splitncnn_\($0)" }
        branches[name] = names.reversed()
        var source = name
        if isOutput {
          // An input keeps its name, which is taken care of by a layer behind it.
          source = draft.blobName("\(name)_splitncnn")
          entry.layer.outputs[index] = source
        }
        let layer = NcnnLayer(
          "Split", name: "splitncnn_\(count)", inputs: [source], outputs: (isOutput ? [name] : []) + names)
        count += 1
        splits.append(NcnnDraft.Entry(layer: layer, weights: []))
      }
      result.append(entry)
      result += splits
    }
    draft.entries = result
  }
}
