// Starts a child that has exactly the three descriptors meant for it and nothing else of ours: every other
// descriptor closed, the signal mask empty, every signal (SIGPIPE, which this process ignores, too) at its
// default. Foundation's Process promises none of this.

import Foundation
import Glibc

/// What becomes descriptor 0, 1 or 2 of the child.
enum ChildDescriptor {
    case inherited(Int32)
    case closed
    /// Opened by the child itself, which makes it the controlling terminal of a new session.
    case controllingTerminal(String)
}

private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

/// `posix_spawn_file_actions_add…_np`: in glibc, but not in the module Glibc.
private func hidden<Function>(_ name: String, as type: Function.Type) -> Function {
    unsafeBitCast(dlsym(nil, "posix_spawn_file_actions_add\(name)_np"), to: type)
}

private let setSessionID: Int16 = 0x80  // POSIX_SPAWN_SETSID, hidden behind _GNU_SOURCE

func spawn(
    _ path: String, _ arguments: [String], environment: [String: String], directory: String?,
    descriptors: [ChildDescriptor]
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    var flags = Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
    for (number, descriptor) in zip(Int32(0)..., descriptors) {
        switch descriptor {
        case .inherited(let source):
            posix_spawn_file_actions_adddup2(&actions, source, number)
        case .closed:
            posix_spawn_file_actions_addclose(&actions, number)
        case .controllingTerminal(let name):
            posix_spawn_file_actions_addopen(&actions, number, name, O_RDWR, 0)
            flags |= setSessionID
        }
    }
    _ = hidden("closefrom", as: (@convention(c) (Actions, CInt) -> CInt).self)(&actions, 3)
    if let directory {
        _ = hidden("chdir", as: (@convention(c) (Actions, UnsafePointer<CChar>) -> CInt).self)(
            &actions, directory)
    }

    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, flags)

    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }

    var pid: pid_t = 0
    let error = startingLock.withLock { posix_spawn(&pid, path, &actions, &attributes, argv, envp) }
    guard error == 0 else { throw Unexpected.call("posix_spawn \(path)", error) }
    return pid
}

/// Held while a child is being started: until it has closed them it shares all our descriptors.
private let startingLock = NSLock()

/// Closes a descriptor such that nobody has it any more, not even a child that is just being started.
func closeForAll(_ descriptor: Int32) {
    _ = startingLock.withLock { close(descriptor) }
}

/// Puts `new` in the place of `old`, which is closed such that nobody has it any more.
func replaceForAll(_ old: Int32, with new: Int32) {
    _ = startingLock.withLock { dup2(new, old) }
}

/// A pipe whose both ends are closed on exec.
func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Unexpected.call("pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// `open(2)`, closed on exec.
func openFile(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Unexpected.call("open \(path)") }
    return descriptor
}
