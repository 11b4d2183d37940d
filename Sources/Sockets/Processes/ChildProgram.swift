// A program that runs as a child, with two pipes as its standard input and output: posix_spawn(3). It leads a process
// group of its own, which is ended as one.

import CLinux
import Glibc

/// A child, from its start to `reap`. Its number stays its own until then.
package final class ChildProgram {
    /// What is run: a file, and its arguments, of which the first is its name.
    package struct Command: Sendable {
        package let path: [UInt8]
        package let arguments: [[UInt8]]

        package init(path: [UInt8], arguments: [[UInt8]]) {
            self.path = path
            self.arguments = arguments
        }
    }

    /// How a program ended.
    package enum Ending: Sendable {
        case exited(Int32)
        case killed(Signal)

        /// The signal that ended it; nil where it exited.
        package var signal: Signal? { if case .killed(let signal) = self { signal } else { nil } }

        /// As a shell has it in `$?`: 128 and the number, for a signal.
        package var status: Int32 {
            switch self {
            case .exited(let status): status
            case .killed(let signal): 128 + signal.number
            }
        }
    }

    package let pid: Int32
    /// Readable once it has ended: `pidfd_open(2)`.
    package let descriptor: OwnedDescriptor
    /// The ends of its pipes that are ours, until they are taken.
    private var input: OwnedDescriptor?
    private var output: OwnedDescriptor?
    private var isReaped = false

    /// `posix_spawn(3)`: with the default disposition of each signal, none of them blocked, in a group of its own, with our
    /// standard error, and no other descriptor of ours.
    /// - Parameter environment: `NAME=VALUE` each.
    package init(_ command: Command, environment: [[UInt8]]) throws(Errno) {
        var numbers: [Int32] = [-1, -1]
        try call { unsafe pipe2(&numbers, O_CLOEXEC) }
        let (itsInput, ourInput) = (numbers[0], numbers[1])
        input = OwnedDescriptor(ourInput)
        defer { close(itsInput) }
        try call { unsafe pipe2(&numbers, O_CLOEXEC) }
        let (ourOutput, itsOutput) = (numbers[0], numbers[1])
        output = OwnedDescriptor(ourOutput)
        defer { close(itsOutput) }
        let pid = try spawn(command, environment, input: itsInput, output: itsOutput)
        do {
            descriptor = OwnedDescriptor(try call { clinux_pidfd_open(pid) })
        } catch {
            kill(-pid, SIGKILL)
            _ = waitpid(pid, nil, 0)
            throw error
        }
        self.pid = pid
    }

    deinit {
        guard !isReaped else { return }
        signal(.kill)
        _ = waitpid(pid, nil, 0)
    }

    /// The end of a pipe that its input is written to; nil once it was taken.
    package func takeInput() -> OwnedDescriptor? { input.take() }

    /// The end of a pipe that its output is read from; nil once it was taken.
    package func takeOutput() -> OwnedDescriptor? { output.take() }

    /// Sends a signal to all of its group: `kill(2)`.
    package func signal(_ signal: Signal) { kill(-pid, signal.number) }

    /// Takes note of its end, after which its number may become another's: `waitpid(2)`; nil if it has not ended.
    package func reap() -> Ending? {
        guard !isReaped else { return nil }
        var status: Int32 = 0
        guard (try? call { unsafe waitpid(pid, &status, WNOHANG) }) == pid else { return nil }
        isReaped = true
        let number = status & 0x7f
        return number == 0 ? .exited(status >> 8 & 0xff) : .killed(Signal(number))
    }

    /// Whether others of its group go on, to be asked soon after `reap`: `kill(2)` with no signal.
    package var hasGroup: Bool { kill(-pid, 0) == 0 }
}

private func spawn(
    _ command: ChildProgram.Command, _ environment: [[UInt8]], input: Int32, output: Int32
) throws(Errno) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var (all, none) = (sigset_t(), sigset_t())
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var pid: pid_t = 0
    let path = command.path.terminated
    let code = unsafe withVector(of: command.arguments) { arguments in
        unsafe withVector(of: environment) { environment in
            unsafe posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
        }
    }
    guard code == 0 else { throw Errno(rawValue: code) }
    return pid
}

/// Strings as execve(2) takes them, for the time of a call.
func withVector<Result>(
    of strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    // One buffer, and where each begins in it.
    var bytes = strings.flatMap(\.terminated)
    return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
        var offset = 0
        for string in strings {
            unsafe pointers.append(buffer.baseAddress.map { unsafe $0 + offset })
            offset += string.count + 1
        }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            guard let first = pointers.baseAddress else { preconditionFailure("it ends with nil") }
            return unsafe body(first)
        }
    }
}
