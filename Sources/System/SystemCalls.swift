import CFileCopy

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's own calls. This is the one file that imports a C library: another platform is this file's work.
///
/// Calls return what the system returns. One that fails leaves its reason in ``lastError``.
enum SystemCalls {
  // MARK: Errors

  /// The reason why the last call of this thread failed.
  static var lastError: Int32 { errno }
  /// The system's words for a reason.
  static func words(for error: Int32) -> String { String(cString: strerror(error)) }

  static let notFound = ENOENT
  static let noFolder = ENOTDIR
  static let isFolder = EISDIR
  static let exists = EEXIST
  static let interrupted = EINTR
  static let failed = EIO

  // MARK: Files

  static func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  static func openFolder(_ path: String) -> Int32 { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

  static func create(_ path: String, replaces: Bool, permissions: UInt16) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), mode_t(permissions))
  }

  static func closeFile(_ descriptor: Int32) -> Bool { close(descriptor) == 0 }
  static func synchronize(_ descriptor: Int32) -> Bool { fsync(descriptor) == 0 }

  static func writeBytes(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
  }

  static func readBytes(into bytes: UnsafeMutableRawBufferPointer, of descriptor: Int32, at offset: Int) -> Int {
    pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
  }

  /// Copies from file to file without reading; fails on systems that cannot.
  static func copyRange(of source: Int32, from offset: inout Int64, to target: Int32, count: Int64) -> Int {
    Int(file_copy_range(source, &offset, target, count))
  }

  static func map(_ descriptor: Int32, count: Int) -> UnsafeRawPointer? {
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      return nil
    }
    return UnsafeRawPointer(address)
  }

  static func unmap(_ address: UnsafeRawPointer, count: Int) {
    munmap(UnsafeMutableRawPointer(mutating: address), count)
  }

  static func status(of path: String, followsLink: Bool) -> FileStatus? {
    var found = stat()
    return (followsLink ? stat(path, &found) : lstat(path, &found)) == 0 ? status(found) : nil
  }

  static func status(of descriptor: Int32) -> FileStatus? {
    var found = stat()
    return fstat(descriptor, &found) == 0 ? status(found) : nil
  }

  private static func status(_ found: stat) -> FileStatus {
    #if canImport(Darwin)
      let changed = found.st_mtimespec
    #else
      let changed = found.st_mtim
    #endif
    let kind: FileStatus.Kind =
      switch found.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    return FileStatus(
      kind: kind, byteCount: Int(found.st_size), device: UInt64(found.st_dev), number: UInt64(found.st_ino),
      changed: .init(seconds: Int(changed.tv_sec), nanoseconds: Int(changed.tv_nsec)))
  }

  // MARK: Paths

  static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
  static func move(_ path: String, to other: String) -> Bool { rename(path, other) == 0 }
  static func remove(_ path: String) -> Bool { unlink(path) == 0 }
  static func makeFolder(_ path: String, permissions: UInt16) -> Bool { mkdir(path, mode_t(permissions)) == 0 }
  static func markUsed(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

  static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The names in a folder in the system's order, `.` and `..` left out.
  static func names(in path: String, atMost limit: Int) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  // MARK: Memory

  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? { malloc(byteCount) }

  static func allocate(_ byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, alignment, byteCount) == 0 ? memory : nil
  }

  static func deallocate(_ memory: UnsafeMutableRawPointer) { free(memory) }

  /// Asks for large pages, of which fewer have to be looked up; a system without them ignores it.
  static func preferLargePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    #if os(Linux)
      madvise(memory, byteCount, MADV_HUGEPAGE)
    #endif
  }

  /// The most memory that the process has had, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      return Int(usage.ru_maxrss) * 1024
    #endif
  }

  // MARK: Time, threads and the process

  static var nanoseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Seconds since 1970.
  static var date: Int { Int(time(nil)) }

  static func pause(microseconds: UInt32) { usleep(microseconds) }

  /// Starts a thread that nobody waits for.
  static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let job = Unmanaged.passRetained(Job(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(
      &thread, nil,
      {
        Job.run($0)
        return nil
      }, job.toOpaque())
    guard code == 0 else {
      job.release()
      return false
    }
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
    return true
  }

  static var processNumber: Int32 { getpid() }

  /// The file of the running program.
  static var programPath: String? {
    #if os(Linux)
      "/proc/self/exe"
    #else
      CommandLine.arguments.first
    #endif
  }

  /// What the system tells of the processor: its name and abilities.
  static var processor: String? {
    #if os(Linux)
      guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
      defer { fclose(file) }
      var lines: [String] = []
      var line = [CChar](repeating: 0, count: 8192)
      while fgets(&line, Int32(line.count), file) != nil, lines.count < 2 {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix("model name") || text.hasPrefix("flags") || text.hasPrefix("Features") { lines.append(text) }
      }
      return lines.joined()
    #elseif canImport(Darwin)
      var count = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &count, nil, 0) == 0 else { return nil }
      var name = [UInt8](repeating: 0, count: count)
      guard sysctlbyname("machdep.cpu.brand_string", &name, &count, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return nil
    #endif
  }

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) != 0 }
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
  /// Writes what the C library still holds for stdout.
  static func flushOutput() -> Bool { fflush(nil) == 0 }
  static func end(_ status: Int32) -> Never { exit(status) }
}

/// What a thread runs.
private final class Job: Sendable {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  static func run(_ argument: UnsafeMutableRawPointer?) {
    if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
  }
}
