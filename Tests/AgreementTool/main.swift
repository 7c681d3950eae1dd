import CNNConv
import Foundation
import GraphAgreement
import GraphGeneration
import TestSupport

// Draws random graphs and prints those on which two ways to run them part.
//
// usage: agreement [--seed S] [--count N] [--paths WORD,WORD] [--each N] [--whole]
//        agreement [--seed S] [--count N] --write FOLDER [--opset N] [--flavour network]
//   --paths  only those whose name begins with one of the words: reference, inference, fused, unfused, rewritten,
//            roundtrip, plan, opset
//   --each   how many of the paths each graph takes, in turn; all of them if it is left out
//   --whole  prints disagreements as they are, not with the fewest nodes
//   --write  runs nothing: leaves each graph, its inputs and the reference's outputs for Checks/random_graphs.py

/// Prints a line at once, for whoever watches a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let arguments = Array(CommandLine.arguments.dropFirst())
func option(_ name: String) -> String? {
  guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
  return arguments[index + 1]
}
let seed = option("--seed").flatMap { Int($0) } ?? 1
let count = option("--count").flatMap { Int($0) } ?? 1000
let words = option("--paths")?.split(separator: ",").map(String.init)
let paths = AgreementPath.all.filter { path in words?.contains { "\(path)".hasPrefix($0) } ?? true }
let each = option("--each").flatMap { Int($0) } ?? paths.count

if let folder = option("--write") {
  let version = option("--opset").flatMap { Int($0) } ?? 21
  var written = 0
  let flavour = Flavour.allCases.first { "\($0)" == option("--flavour") }
  for number in seed..<seed + count
  where try RandomGraph(Choices(seed: number), flavour: flavour).write(to: "\(folder)/\(number)", version) {
    written += 1
  }
  say("\(written) of \(count) graphs can be said in operator set \(version)")
  exit(0)
}

var run = try AgreementRun()
var printed = 0
for index in 0..<count {
  let chosen = (0..<min(each, paths.count)).map { paths[(index * each + $0) % paths.count] }
  do {
    try run.check(seed: seed + index, chosen, minimises: !arguments.contains("--whole"))
  } catch {
    say("seed \(seed + index): no graph: \(error)")
  }
  while printed < run.disagreements.count {
    say("seed \(run.disagreements[printed].seed) \(run.disagreements[printed].found)")
    printed += 1
  }
  if (index + 1) % 1000 == 0 { say("\(index + 1) graphs, \(run.disagreements.count) disagreements") }
}
say("\(run.graphs) graphs, \(run.nodes.values.reduce(0, +)) nodes, \(run.disagreements.count) disagreements")
for path in paths { say("  \(path): \(run.runs[path] ?? 0) runs, \(run.inexpressible[path] ?? 0) cannot be said") }
for (name, number) in run.nodes.sorted(by: { $0.key < $1.key }) {
  say("  \(name): \(number), refused \(run.refusals[name] ?? 0)")
}
let missing = OperatorRegistry.standard.signatures.map(\.name).filter { !Recipe.described.contains($0) }
say("\(missing.count) operators are not described: \(missing.joined(separator: ", "))")
