import CSystemCalls

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
  static let tooManyLinks = ELOOP
  static let wouldBlock = EWOULDBLOCK
  static let noSpace = ENOSPC
  static let notSupported = EOPNOTSUPP
  static let badAddress = EFAULT
  static let brokenPipe = EPIPE
  /// Nothing is wrong but that there is too little of something.
  static let shortages: Set<Int32> = [ENOMEM, EMFILE, ENFILE, EAGAIN]

  // MARK: Files

  /// True if a test lets this call fail; ``lastError`` then says why.
  private static func fails(_ call: FileFaults.Call) -> Bool {
    guard let answer = FileFaults.answer, case .fails(let error) = answer(call) else { return false }
    errno = error
    return true
  }

  /// How many of so many bytes are to be taken; 0 if the call fails.
  private static func share(_ count: Int, of call: FileFaults.Call) -> Int {
    guard let answer = FileFaults.answer else { return count }
    switch answer(call) {
    case .succeeds: return count
    case .takes(let limit): return min(count, max(limit, 1))
    case .fails(let error):
      errno = error
      return 0
    }
  }

  /// Opens a file without waiting for what may be at the other end of a pipe, and without taking a terminal over.
  static func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }

  /// Opens a file by its path below a folder, one folder after the other, and follows no link on the way.
  static func openForReading(_ path: String, below folder: String) -> Int32 {
    var current = openFolder(folder)
    var rest = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }[...]
    while current >= 0, let name = rest.popFirst() {
      let kind = rest.isEmpty ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY
      let next = openat(current, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind)
      let error = errno
      close(current)
      errno = error
      current = next
    }
    return current
  }

  static func openFolder(_ path: String) -> Int32 { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  static func openItself(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) }

  static func create(_ path: String, replaces: Bool, permissions: UInt16) -> Int32 {
    if fails(.create) { return -1 }
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), mode_t(permissions))
  }

  static func createUnnamed(in folder: String, permissions: UInt16) -> Int32 {
    fails(.createUnnamed) ? -1 : cnn_create_unnamed(folder, UInt32(permissions))
  }

  static func name(_ descriptor: Int32, _ path: String) -> Bool {
    !fails(.name) && cnn_name_file(descriptor, path) == 0
  }

  static func addName(_ path: String, to other: String) -> Bool { !fails(.name) && link(other, path) == 0 }

  /// Closes a file, even if a test lets that fail.
  static func closeFile(_ descriptor: Int32) -> Bool {
    let isClosed = close(descriptor) == 0
    return !fails(.close) && isClosed
  }

  static func synchronize(_ descriptor: Int32) -> Bool { !fails(.synchronize) && fsync(descriptor) == 0 }

  static func writeBytes(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    let count = share(bytes.count, of: .write)
    return count == 0 && !bytes.isEmpty ? -1 : write(descriptor, bytes.baseAddress, count)
  }

  static func readBytes(into bytes: UnsafeMutableRawBufferPointer, of descriptor: Int32, at offset: Int) -> Int {
    let count = share(bytes.count, of: .read)
    return count == 0 && !bytes.isEmpty ? -1 : pread(descriptor, bytes.baseAddress, count, off_t(offset))
  }

  /// Reads what comes next of a stream.
  static func readNext(into bytes: UnsafeMutableRawBufferPointer, of descriptor: Int32) -> Int {
    let count = share(bytes.count, of: .read)
    return count == 0 && !bytes.isEmpty ? -1 : read(descriptor, bytes.baseAddress, count)
  }

  /// How far an open file has been read; less than 0 if it is no file.
  static func position(of descriptor: Int32) -> Int { Int(lseek(descriptor, 0, SEEK_CUR)) }

  /// A path under which an open file can be opened once more.
  static func path(of descriptor: Int32) -> String {
    #if os(Linux)
      "/proc/self/fd/\(descriptor)"
    #else
      "/dev/fd/\(descriptor)"
    #endif
  }

  /// Copies from file to file without reading; fails on systems that cannot.
  static func copyRange(of source: Int32, from offset: inout Int64, to target: Int32, count: Int64) -> Int {
    let share = share(Int(count), of: .copy)
    return share == 0 ? -1 : Int(cnn_copy_range(source, &offset, target, Int64(share)))
  }

  static func map(_ descriptor: Int32, count: Int) -> UnsafeRawPointer? {
    if fails(.map) { return nil }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      return nil
    }
    return UnsafeRawPointer(address)
  }

  static func contains(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
    cnn_contains(bytes.baseAddress, bytes.count, text) != 0
  }

  static func unmap(_ address: UnsafeRawPointer, count: Int) {
    munmap(UnsafeMutableRawPointer(mutating: address), count)
  }

  /// Takes a lock that goes when the file is closed, or its process ends.
  /// - Returns: false if somebody else has it, or the file system has no locks.
  static func lock(_ descriptor: Int32) -> Bool { !fails(.lock) && flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Gives a file owner, group and permissions of another one, as far as the process may.
  static func adopt(_ status: FileStatus, _ descriptor: Int32) {
    var found = stat()
    guard fstat(descriptor, &found) == 0 else { return }
    if found.st_uid != status.owner || found.st_gid != status.group {
      // Either is better than none.
      if fchown(descriptor, status.owner, status.group) != 0 { _ = fchown(descriptor, uid_t.max, status.group) }
    }
    _ = fchmod(descriptor, mode_t(status.permissions))
  }

  /// True if some process has the file open for writing, or mapped so; `nil` if the system does not tell.
  static func isOpenForWriting(_ descriptor: Int32) -> Bool? {
    #if os(Linux)
      // A lease is given only for a file that nobody writes. Should a writer come while we have it, the system tells us
      // by a signal: by one that means nothing.
      guard fcntl(descriptor, 10, SIGURG) == 0 else { return nil }  // F_SETSIG
      if fcntl(descriptor, 1024, Int32(F_RDLCK)) == 0 {  // F_SETLEASE
        _ = fcntl(descriptor, 1024, Int32(F_UNLCK))
        return false
      }
      return lastError == EAGAIN ? true : nil
    #else
      return nil
    #endif
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
      let (changed, statusChanged) = (found.st_mtimespec, found.st_ctimespec)
    #else
      let (changed, statusChanged) = (found.st_mtim, found.st_ctim)
    #endif
    func moment(_ time: timespec) -> FileStatus.Moment {
      .init(seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec))
    }
    let kind: FileStatus.Kind =
      switch found.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    return FileStatus(
      kind: kind, byteCount: Int(found.st_size), device: UInt64(found.st_dev), number: UInt64(found.st_ino),
      changed: moment(changed), statusChanged: moment(statusChanged), owner: UInt32(found.st_uid),
      group: UInt32(found.st_gid), permissions: UInt16(found.st_mode & 0o777))
  }

  // MARK: Paths

  static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
  static func move(_ path: String, to other: String) -> Bool { !fails(.rename) && rename(path, other) == 0 }
  static func exchange(_ path: String, _ other: String) -> Bool { !fails(.rename) && cnn_exchange(path, other) == 0 }
  static func remove(_ path: String) -> Bool { !fails(.remove) && unlink(path) == 0 }
  static func removeFolder(_ path: String) -> Bool { !fails(.remove) && rmdir(path) == 0 }

  static func makeFolder(_ path: String, permissions: UInt16) -> Bool {
    !fails(.makeFolder) && mkdir(path, mode_t(permissions)) == 0
  }

  /// What a symbolic link says; `nil` if the path leads to something else.
  static func linkTarget(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(path, start, buffer.count)
      return count > 0 ? String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self) : nil
    }
  }

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

  // MARK: Files that go if the process ends

  static func notePassing(_ path: String) -> UnsafeMutableRawPointer? { cnn_passing_add(path) }
  static func forgetPassing(_ note: UnsafeMutableRawPointer?) { cnn_passing_remove(note) }
  static func beginCommit() { cnn_commit_begin() }
  static func endCommit() { cnn_commit_end() }

  // MARK: Mapped files that are lost

  static func guardMappedFiles() { cnn_guard_mapped_files() }
  static var guardsMappedFiles: Bool { cnn_guards_mapped_files() != 0 }
  static func noteMapped(_ base: UnsafeRawPointer, count: Int, _ path: String, _ file: Int32) -> OpaquePointer? {
    cnn_range_add(base, count, path, file)
  }
  static func forgetMapped(_ note: OpaquePointer?) { cnn_range_remove(note) }
  static var lostFile: String? { cnn_lost_file().map { String(cString: $0) } }
  static func forgetLostFile() { cnn_forget_lost_file() }
  static func settleLostFiles() { cnn_settle_lost_files() }
  static func touch(_ bytes: UnsafeRawBufferPointer) { cnn_touch(bytes.baseAddress, bytes.count) }

  // MARK: Memory

  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? { malloc(byteCount) }

  static func allocate(_ byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, alignment, byteCount) == 0 ? memory : nil
  }

  static func deallocate(_ memory: UnsafeMutableRawPointer) { free(memory) }

  /// True if the page of a mapped file that begins here is known not to be in memory.
  static func isAbsent(_ page: UnsafeMutableRawPointer) -> Bool {
    #if os(Linux)
      var state: UInt8 = 1
      return mincore(page, 1, &state) == 0 && state & 1 == 0
    #else
      return false
    #endif
  }

  /// Asks for the page of a mapped file that begins here, and does not wait for it.
  static func fetch(_ page: UnsafeMutableRawPointer) { _ = madvise(page, 1, Int32(MADV_WILLNEED)) }

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
  /// The time of day, which files' times are taken from.
  static var now: FileStatus.Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return .init(seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec))
  }

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
  static var user: UInt32 { geteuid() }

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

  /// Columns of a terminal; 0 if it is none, or does not tell.
  static func columns(_ descriptor: Int32) -> Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
  }

  /// The arguments with which the program was called, its own name first.
  static var arguments: [String] {
    let count = cnn_argument_count()
    guard count > 0 else { return CommandLine.arguments }
    return (0..<count).map { String(cString: cnn_argument($0)) }
  }

  static func handleSignals(exhaustion message: UnsafePointer<CChar>, status: Int32) {
    cnn_handle_signals(message, status)
  }

  static func occupyStandardStreams() { cnn_occupy_standard_streams() }

  static func end(_ status: Int32) -> Never {
    cnn_remove_passing_files()
    exit(status)
  }

  static var addressSpaceLimit: Int { Int(cnn_address_space_limit()) }
  static var dataLimit: Int { Int(cnn_data_limit()) }
  static func economize() { cnn_economize() }

  /// Bytes of address space that the process has; 256 MiB if the system does not tell.
  static var addressSpaceInUse: Int {
    let pages = text(of: "/proc/self/statm").flatMap { Int($0.prefix { $0 != " " }) }
    return pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } ?? 256 << 20
  }

  /// The first 64 KiB of a file that the system makes up.
  static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}

/// What a thread runs.
private final class Job: Sendable {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  static func run(_ argument: UnsafeMutableRawPointer?) {
    if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
  }
}
