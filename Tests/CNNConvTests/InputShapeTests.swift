import CNNConv
import CNNGraphs
import Testing

@Suite struct InputShapeTests {
  @Test(arguments: [
    ("1,3,224,224", "1,3,224,224"), ("1x3x224x224", "1,3,224,224"), ("[1, 3, 224, 224]", "1,3,224,224"),
    ("x:1,3,8,8", "x:1,3,8,8"), ("input:N,3,448,448", "input:N,3,448,448"), ("N,3,H,W", "N,3,H,W"),
    ("Nx3x7x7", "N,3,7,7"), ("-1,3,7,7", "?,3,7,7"), ("a:0:?,3", "a:0:?,3"), ("x:5", "x:5"), ("0,3", "0,3"),
    ("x:batch_size,77", "x:batch_size,77"),
  ])
  func readsWhatPeopleWrite(_ text: String, _ written: String) throws {
    #expect(try #require(InputShape(text)).description == written)
  }

  @Test(arguments: ["", "x:", ":1,2", "1,,2", "1,-2", "1,3.5", "1;3", "x:1,", "1x", "99999999999999999999,1"])
  func refusesTheRest(_ text: String) { #expect(InputShape(text) == nil) }

  @Test func extentsAreNumbersOrFree() throws {
    #expect(InputShape("N,3,-1,8")?.extents == [.symbol("N"), .fixed(3), .unknown, .fixed(8)])
    #expect(InputShape("x:1x2")?.input == "x")
    #expect(InputShape("1x2")?.input == nil)
  }
}
