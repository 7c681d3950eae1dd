/// What the system allows the process.
package enum SystemLimits {
  /// The most bytes of address space or data that the process may have (`ulimit -v`, `ulimit -d`); `nil` without a limit.
  package static var addressSpace: Int? {
    let limits = [SystemCalls.addressSpaceLimit, SystemCalls.dataLimit].filter { $0 >= 0 }
    return limits.min()
  }

  /// The most bytes that the process may still ask for: what is left of ``addressSpace``, or of the memory of its control
  /// group. `nil` if nothing limits them.
  package static var availableMemory: Int? {
    var least: Int?
    func limit(_ bytes: Int) { least = min(least ?? bytes, max(0, bytes)) }
    if let addressSpace { limit(addressSpace - SystemCalls.addressSpaceInUse) }
    for (most, inUse) in controlGroups { limit(most - inUse) }
    return least
  }

  /// Takes less address space for stacks and the like if it is limited. To be called before threads start.
  package static func economize() { if addressSpace != nil { SystemCalls.economize() } }

  /// The limit of each control group that the process is in, and what cannot be given back of the memory in use there.
  private static var controlGroups: [(Int, Int)] {
    guard let lines = SystemCalls.text(of: "/proc/self/cgroup")?.split(separator: "\n") else { return [] }
    var found: [(Int, Int)] = []
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      // Version 2 has one tree; version 1 one for memory. In a container the group's own folder may be the tree's root.
      let root: String
      let names: (limit: String, inUse: String)
      if parts[0] == "0", parts[1].isEmpty {
        (root, names) = ("/sys/fs/cgroup", ("memory.max", "memory.current"))
      } else if parts[1].split(separator: ",").contains("memory") {
        (root, names) = ("/sys/fs/cgroup/memory", ("memory.limit_in_bytes", "memory.usage_in_bytes"))
      } else {
        continue
      }
      var path = parts[2].split(separator: "/").map(String.init)
      while true {
        let folder = ([root] + path).joined(separator: "/")
        if let most = number("\(folder)/\(names.limit)"), let inUse = number("\(folder)/\(names.inUse)") {
          found.append((most, max(0, inUse - givenBack(folder))))
        }
        if path.isEmpty { break }
        path.removeLast()
      }
    }
    return found
  }

  private static func number(_ path: String) -> Int? {
    SystemCalls.text(of: path).flatMap { text in Int(text.prefix { $0 != "\n" }) }
  }

  /// Pages of files, which the system takes back if memory is short.
  private static func givenBack(_ folder: String) -> Int {
    let lines = SystemCalls.text(of: "\(folder)/memory.stat")?.split(separator: "\n") ?? []
    return lines.reduce(0) { sum, line in
      let words = line.split(separator: " ")
      guard words.count == 2, words[0] == "inactive_file" || words[0] == "active_file" else { return sum }
      return sum + (Int(words[1]) ?? 0)
    }
  }
}
