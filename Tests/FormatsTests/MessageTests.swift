import CNNTensors
import Testing

import CNNFormats

@Suite struct MessageTests {
  @Test(
    arguments: [
      (.truncated(at: 7), "the file ends in the middle of a field at byte 7"),
      (.wire(.varintTooLong, at: 3), "a number of more than ten bytes at byte 3"),
      (.wire(.wireType(3), at: 3), "a group, which is not supported, at byte 3"),
      (.wire(.wireType(7), at: 3), "unknown wire type 7 at byte 3"),
      (
        .wire(.lengthBeyondMessage(length: 9, available: 2), at: 3),
        "a length of 9 bytes where its message has 2 left at byte 3"
      ),
      (
        .wire(.fieldType(field: "ModelProto.graph", wireType: 0), at: 1),
        "ModelProto.graph is stored as wire type 0 at byte 1"
      ),
      (.tooDeep(limit: 100, at: 5), "messages nested more than 100 deep at byte 5"),
      (.notUTF8(field: "NodeProto.name", at: 5), "NodeProto.name is not valid UTF-8 at byte 5"),
      (.missing(field: "graph", message: "ModelProto"), "ModelProto has no field 'graph'"),
      (
        .unsupportedElementType(number: 27, tensor: "w"), "tensor 'w': element type number 27 is not supported"
      ),
      (.payloadSize(tensor: nil, expected: 4, found: 3), "an unnamed tensor: 4 bytes of data expected, 3 found"),
      (.tensor("w", .negativeDimension([2, -1])), "tensor 'w': negative extent in shape [2, -1]"),
      (.tensor("w", .tooLarge([9], .float32)), "tensor 'w': shape [9] of float32 is too large"),
      (
        .misplacedPayload(tensor: "w", field: "raw_data", type: .string),
        "tensor 'w': raw_data cannot hold string elements"
      ),
      (
        .externalData(tensor: "w", .outsideFolder("a.bin")),
        "tensor 'w': external data 'a.bin' leads out of the model's folder"
      ),
      (
        .externalData(tensor: "w", .range(location: "a.bin", offset: 8, length: 4, available: 10)),
        "tensor 'w': external data 'a.bin' has 10 bytes, 4 at 8 are asked for"
      ),
      (.numpy(.elementType("|O"), at: 20), ".npy element type '|O' is not supported at byte 20"),
      (.archive(member: "a.npy", reason: "CRC error"), "archive member 'a.npy': CRC error"),
      (
        .pickle(.forbidden("os.system"), at: 2, member: "archive/data.pkl"),
        "the pickle names 'os.system', which no weights need, at byte 2 of 'archive/data.pkl'; nothing was run, save the "
          + "state_dict alone"
      ),
      (
        .pickle(.call("a.b"), at: 2, member: nil),
        "the pickle calls 'a.b', which is not known to make plain data, at byte 2; nothing was run, save the state_dict "
          + "alone"
      ),
      (
        .pickle(.endsEarly, at: 9, member: nil),
        "the pickle ends too early, at byte 9; the file may be cut short, download it again"
      ),
      (.pickle(.opcode(255), at: 9, member: nil), "no pickle instruction has the number 255, found at byte 9"),
      (
        .strided("w", .outside(offset: 3, reach: 1, available: 4)),
        "tensor 'w': elements from 3 to 4 lie outside the 4 of its storage"
      ),
      (
        .strided("w", .outside(offset: .max, reach: 1, available: 4)),
        "tensor 'w': elements from 9223372036854775807 to beyond 2^63 lie outside the 4 of its storage"
      ),
      (.strided("w", .negative("stride", [1, -1])), "tensor 'w': negative stride in [1, -1]"),
      (
        .strided("w", .shortStorage("7", expected: 16, found: 8)),
        "tensor 'w': storage '7' should have 16 bytes and has 8; the file is incomplete"
      ),
      (
        .safetensors(.overlap("w"), at: 9),
        "tensor 'w': its data overlaps that of another, says the header at byte 9"
      ),
      (
        .cutShort(.zipDirectory),
        "is cut short: the directory that ends every zip archive is missing; download it again"
      ),
      (
        .cutShort(.storage("7", expected: 16, found: 8)),
        "is cut short: storage '7' has 16 bytes, 8 are there; download it again"
      ),
      (
        .checkpoint(.optimizerOnly),
        "holds the state of an optimizer only; pass the checkpoint that holds the model's weights"
      ),
      (
        .notWeights(.gitLFSPointer),
        "is a Git LFS pointer, not the model itself; fetch it with 'git lfs pull'"
      ),
      (.unwritable(tensor: "w", .int4, format: "PyTorch"), "tensor 'w': PyTorch has no type int4"),
    ] as [(FormatError, String)])
  func wording(_ error: FormatError, _ message: String) {
    #expect(error.message == message)
  }
}
