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
    ] as [(FormatError, String)])
  func wording(_ error: FormatError, _ message: String) {
    #expect(error.message == message)
  }
}
