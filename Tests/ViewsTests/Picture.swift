import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG picture, read back as a browser would.
final class Picture: NSObject, XMLParserDelegate {
  struct Area: Hashable {
    let left, top, right, bottom: Double

    func overlaps(_ other: Area) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func holds(_ other: Area) -> Bool {
      left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom
    }
  }

  struct Point: Hashable {
    let x, y: Double
  }

  /// A stretch of a line between two points: straight down, or a curve.
  struct Stretch {
    let from, to: Point
    let isCurve: Bool
  }

  private(set) var boxes: [Area] = []
  private(set) var frames: [Area] = []
  /// Lines, each a list of connected ways.
  private(set) var wires: [[[Stretch]]] = []
  private(set) var tips: [Point] = []
  private(set) var texts: [String] = []
  /// What boxes and frames say to those who look closer.
  private(set) var descriptions: [String] = []
  private(set) var elements: Set<String> = []
  private(set) var size: Point?
  private var text = ""

  /// - Returns: `nil` if the document is not well-formed.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    text = ""
    elements.insert(name)
    func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
    if name == "svg" { size = Point(x: number("width"), y: number("height")) }
    let area = {
      Area(
        left: number("x"), top: number("y"), right: number("x") + number("width"),
        bottom: number("y") + number("height"))
    }
    switch (name, attributes["class"]) {
    case ("rect", "card"): boxes.append(area())
    case ("rect", "frame"): frames.append(area())
    case ("path", "wire"): wires.append(Self.ways(attributes["d"] ?? ""))
    case ("path", "tip"):
      for part in (attributes["d"] ?? "").split(separator: "M") {
        let numbers = part.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
        tips.append(Point(x: numbers[0], y: numbers[1]))
      }
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "title" { descriptions.append(text) }
    if name == "tspan" || name == "text" { texts.append(text) }
  }

  private static func ways(_ path: String) -> [[Stretch]] {
    var ways: [[Stretch]] = []
    var pen = Point(x: 0, y: 0)
    var rest = path[...]
    while let command = rest.popFirst() {
      let end = rest.firstIndex { $0.isLetter } ?? rest.endIndex
      let numbers = rest[..<end].split(separator: " ").compactMap { Double($0) }
      rest = rest[end...]
      var next = pen
      switch command {
      case "M":
        pen = Point(x: numbers[0], y: numbers[1])
        ways.append([])
        continue
      case "V": next = Point(x: pen.x, y: numbers[0])
      default: next = Point(x: numbers[4], y: numbers[5])
      }
      ways[ways.count - 1].append(Stretch(from: pen, to: next, isCurve: command == "C"))
      pen = next
    }
    return ways
  }

  // MARK: Rules

  /// What is wrong with the picture: boxes that overlap, lines that begin or end nowhere or pass through a box.
  var faults: [String] {
    var faults: [String] = []
    for (index, box) in boxes.enumerated() {
      for other in boxes[(index + 1)...] where box.overlaps(other) { faults.append("\(box) overlaps \(other)") }
      for frame in frames where box.overlaps(frame) && !frame.holds(box) { faults.append("\(box) leaves \(frame)") }
      if let size, box.left < -size.x || box.right > size.x || box.bottom > size.y {
        faults.append("\(box) is outside")
      }
    }
    for wire in wires {
      let passed = Set(wire.joined().flatMap { [$0.from, $0.to] })
      for way in wire {
        guard let first = way.first?.from, let last = way.last?.to else { continue }
        let begins = isEdge(first, \.bottom) || frames.contains { Self.touches($0, first, \.top) }
        let branches = wire.contains { $0.contains { $0.to == first } }
        if !begins && !branches { faults.append("a line begins nowhere: \(first)") }
        let ends = isEdge(last, \.top) || frames.contains { Self.touches($0, last, \.bottom) }
        if !ends && !passed.contains(last) { faults.append("a line ends nowhere: \(last)") }
      }
      for stretch in wire.joined() {
        let area = Area(
          left: min(stretch.from.x, stretch.to.x), top: stretch.from.y, right: max(stretch.from.x, stretch.to.x) + 0.01,
          bottom: stretch.to.y)
        if area.top > area.bottom { faults.append("a line goes up: \(area)") }
        for box in boxes where box.overlaps(area) { faults.append("\(area) passes \(box)") }
      }
    }
    for tip in tips where !boxes.contains(where: { Self.touches($0, tip, \.top) }) {
      faults.append("an arrow points nowhere: \(tip)")
    }
    return faults
  }

  private func isEdge(_ point: Point, _ edge: KeyPath<Area, Double>) -> Bool {
    boxes.contains { Self.touches($0, point, edge) } || frames.contains { Self.touches($0, point, edge) }
  }

  private static func touches(_ area: Area, _ point: Point, _ edge: KeyPath<Area, Double>) -> Bool {
    point.x >= area.left && point.x <= area.right && abs(area[keyPath: edge] - point.y) < 0.02
  }
}
