import CTestEnvironment
import Foundation
import TestSupport

/// A run of the built program that something happens to at one of its calls to the system.
struct TracedCommand {
  enum Event {
    /// It is killed before a call that changes files.
    case kill
    /// A file is cut to so many bytes, some calls after the program mapped it.
    case cut(URL, Int)
    /// A byte of a file is changed, some calls after the program mapped it.
    case rewrite(URL, Int)
  }

  /// The exit status, or the number of the signal less 256; `nil` if the system lets nobody trace.
  let status: Int32?
  let happened: Bool
  let output: String
  let errors: String

  init(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:], _ event: Event, at step: Int
  ) throws {
    let scratch = try CommandLine.temporaryFolder()
    let (out, err) = (scratch.appending(path: "out"), scratch.appending(path: "err"))
    let variables = environment.isEmpty ? [] : ["/usr/bin/env"] + environment.map { "\($0.key)=\($0.value)" }
    let strings = (variables + [CommandLine.program.path()] + arguments).map { strdup($0) }
    defer { strings.forEach { free($0) } }
    let list = strings.map { UnsafePointer<CChar>($0) } + [nil]
    let (kind, file, size): (cnn_trace_event, String?, Int) =
      switch event {
      case .kill: (CNN_TRACE_KILL, nil, 0)
      case .cut(let file, let size): (CNN_TRACE_CUT, file.resolvingSymlinksInPath().path(), size)
      case .rewrite(let file, let offset): (CNN_TRACE_REWRITE, file.resolvingSymlinksInPath().path(), offset)
      }
    let texts = ([folder.path(), out.path(), err.path(), file] as [String?]).map { text in text.flatMap { strdup($0) } }
    defer { texts.forEach { free($0) } }
    let traced = list.withUnsafeBufferPointer { list in
      var trace = cnn_trace(
        arguments: list.baseAddress, folder: texts[0], output: texts[1], errors: texts[2], event: kind,
        step: Int32(step), file: texts[3], size: size)
      return cnn_run_traced(&trace)
    }
    status = traced.status == -1000 ? nil : traced.status
    happened = traced.happened != 0
    output = String(decoding: (try? Data(contentsOf: out)) ?? Data(), as: UTF8.self)
    errors = String(decoding: (try? Data(contentsOf: err)) ?? Data(), as: UTF8.self)
  }
}
