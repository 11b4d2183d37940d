// What several tests need: a program's output, and two sockets that are connected.

import CLinux
import Glibc

@testable import Sockets

struct CommandFailed: Error {
    let status: Int32
}

/// Runs a program found in PATH and returns what it wrote to its standard output.
func run(_ arguments: [String]) throws -> String {
    let child = try Child(arguments)
    let output = try child.readToEnd()
    let status = child.wait()
    guard status == 0 else { throw CommandFailed(status: status) }
    return String(decoding: output, as: UTF8.self)
}

/// A program that runs beside the test, its standard input and output on pipes. It is killed at the end. The test
/// ends here if it is not installed.
final class Child {
    let pid: pid_t
    let output: OwnedDescriptor
    private var input: OwnedDescriptor?
    private var isRunning = true

    init(_ arguments: [String]) throws {
        try Need.program(arguments[0]).require()
        let path = Need.path(of: arguments[0]) ?? arguments[0]
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard unsafe pipe2(&toChild, O_CLOEXEC) == 0, unsafe pipe2(&fromChild, O_CLOEXEC) == 0 else {
            throw Errno.current
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var started: pid_t = 0
        let code = unsafe posix_spawn(&started, path, &actions, nil, &words, environ)
        Glibc.close(toChild[0])
        Glibc.close(fromChild[1])
        input = OwnedDescriptor(toChild[1])
        output = OwnedDescriptor(fromChild[0])
        pid = started
        guard code == 0 else {
            isRunning = false
            throw Errno(rawValue: code)
        }
    }

    deinit {
        if isRunning {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    func write(_ text: String) throws { try input?.writeAll(Array(text.utf8)) }

    func closeInput() { input = nil }

    /// The next line, without its end; nil at the end of the output.
    func readLine() throws -> String? {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            guard unsafe Glibc.read(output.number, &byte, 1) == 1 else {
                return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    func readToEnd() throws -> [UInt8] {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(output.number, &chunk, chunk.count)
            guard count > 0 else { return result }
            result += chunk.prefix(count)
        }
    }

    /// The exit status, or 128 and the signal.
    func wait() -> Int32 {
        input = nil
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
        isRunning = false
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}

/// Two sockets that are connected to each other.
final class ConnectedPair {
    let client: Socket
    let server: Socket

    init(_ family: AddressFamily, _ type: SocketType) throws {
        if family == .unix {
            var numbers: [Int32] = [-1, -1]
            let kind = type == .stream ? SOCK_STREAM : SOCK_DGRAM
            guard unsafe socketpair(AF_UNIX, Int32(kind.rawValue), 0, &numbers) == 0 else {
                throw Errno.current
            }
            client = Socket(adopting: OwnedDescriptor(numbers[0]))
            server = Socket(adopting: OwnedDescriptor(numbers[1]))
            return
        }
        let loopback: SocketAddress = family == .inet ? .inet(.loopback, port: 0) : .inet6(.loopback, port: 0)
        let listener = try Socket(family, type)
        try listener.bind(to: loopback)
        client = try Socket(family, type)
        if type == .stream { try listener.listen(backlog: 1) }
        guard let address = try listener.localAddress() else { throw Errno.familyNotSupported }
        _ = try client.connect(to: address)
        if type == .stream {
            _ = try client.waitUntilReady(for: .write, timeout: 2000)
            _ = try listener.waitUntilReady(for: .read, timeout: 2000)
            var peer = SocketAddress.unix(.unnamed)
            server = try listener.accept(from: &peer)
        } else {
            guard let peer = try client.localAddress() else { throw Errno.familyNotSupported }
            _ = try listener.connect(to: peer)
            server = listener
        }
    }
}
