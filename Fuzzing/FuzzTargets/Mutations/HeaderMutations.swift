import TestSupport

/// Files that begin with a text whose length stands before it.
enum HeaderMutations {
  static let safetensorsWords = [
    "BOOL", "F4", "F6_E2M3", "U8", "F8_E5M2", "I16", "F16", "BF16", "I32", "F32", "C64", "F64", "U64", "dtype", "shape",
    "data_offsets", "__metadata__", "\\u0041", "\\ud83d\\ude00",
  ]
  static let numpyWords = [
    "<f4", ">f8", "|b1", "<U3", ">U1", "<c8", "|i1", "<i8", "|O", "True", "False", "descr", "fortran_order", "shape",
  ]

  /// A safetensors file, its header's length kept right.
  static func safetensors(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    guard let length = bytes.withUnsafeBytes({ $0.littleEndian(UInt64.self, at: 0) }), length <= bytes.count - 8
    else { return false }
    let end = 8 + Int(length)
    var text = TextMutation(Array(bytes[8..<end]), words: safetensorsWords)
    text.mutate(&random)
    var file: [UInt8] = []
    file.append(number: UInt64(text.text.count))
    bytes.replaceSubrange(0..<end, with: file + text.text)
    return true
  }

  /// The text of such a header alone.
  static func json(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    var text = TextMutation(bytes, words: safetensorsWords)
    text.mutate(&random)
    bytes = text.text
    return true
  }

  /// The graph of a `torch.export` archive, or the tables beside it.
  static func program(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    var text = TextMutation(bytes, words: programWords)
    text.mutate(&random)
    bytes = text.text
    return true
  }

  static let programWords = [
    "torch.ops.aten.add.Tensor", "torch.ops.aten.view.default", "torch.ops.higher_order.cond", "_operator.getitem",
    "as_tensor", "as_tensors", "as_ints", "as_sym_int", "as_none", "as_graph", "as_float", "as_expr", "expr_str",
    "user_input", "parameter", "buffer_mutation", "user_output", "schema_version", "path_name", "tensor_meta", "null",
  ]

  /// A `.npy` file, its header's length kept right.
  static func npy(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    guard bytes.count >= 12 else { return false }
    let isShort = bytes[6] == 1
    let start = isShort ? 10 : 12
    let length = bytes.withUnsafeBytes {
      isShort ? $0.littleEndian(UInt16.self, at: 8).map(Int.init) : $0.littleEndian(UInt32.self, at: 8).map(Int.init)
    }
    guard let length, length <= bytes.count - start else { return false }
    var text = TextMutation(Array(bytes[start..<start + length]), words: numpyWords)
    text.mutate(&random)
    var file = Array(bytes[..<8])
    if isShort {
      file.append(number: UInt16(truncatingIfNeeded: text.text.count))
    } else {
      file.append(number: UInt32(truncatingIfNeeded: text.text.count))
    }
    bytes.replaceSubrange(0..<start + length, with: file + text.text)
    return true
  }

  static let codeWords = [
    "class ", "  __parameters__ = [", "  __buffers__ = [", "\"weight\", ", "]\n", "(Module):\n", "___torch_mangle_0.",
  ]
  static let externalDataWords = [
    "location", "offset", "length", "=", "\n", "weights.bin", "data/part.bin", "link", "out", "up/secret.bin",
    "data/far", "loop", "../secret.bin", "/etc/passwd", "./", "//", "data/../weights.bin",
  ]

  /// Lines of code.
  static func code(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    var text = TextMutation(bytes, words: codeWords)
    text.mutate(&random)
    bytes = text.text
    return true
  }

  /// Entries that say where data lies.
  static func externalData(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    var text = TextMutation(bytes, words: externalDataWords)
    text.mutate(&random)
    bytes = text.text
    return true
  }
}
