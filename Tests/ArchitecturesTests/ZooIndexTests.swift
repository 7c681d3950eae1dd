import CNNArchitectures
import Foundation
import TestSupport
import Testing

@Suite struct ZooIndexTests {
  /// `Scripts/generate-zoo-index.sh` names a file for the table that the drawings give.
  @Test func theTableBelongsToTheDrawings() throws {
    let generated = ZooIndex.generated()
    if let path = ProcessInfo.processInfo.environment["CNNCONV_ZOO_INDEX"] {
      try Data(generated.utf8).write(to: URL(filePath: path))
    }
    #expect(generated == ZooIndex.table, "run Scripts/generate-zoo-index.sh")
  }

  /// Without a layer that depends on the number of classes, no graph could be told to be the network.
  @Test func everyNetworkHasAHead() {
    let headless = ZooIndex.table.split(separator: "\n").filter { $0.split(separator: " ").count < 6 }
    #expect(headless == [])
  }
}
