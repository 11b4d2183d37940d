// One child process of a test: started with the descriptors it is meant to have, its output collected as it
// comes, its end waited for. It is only ever signalled by its own process id and never after it was reaped.

import Foundation
import Glibc

enum Exit: Equatable, CustomStringConvertible {
    case status(Int32)
    case signal(Int32)

    var description: String {
        switch self {
        case .status(let number): "exit status \(number)"
        case .signal(let number): "signal \(number)"
        }
    }
}

final class Program: @unchecked Sendable, CustomStringConvertible {
    let pid: pid_t
    let command: String
    private(set) var output: Collector
    let errors: Collector

    private let condition = NSCondition()
    private var ended: Exit?
    private var input: Int32 = -1
    private var heldOutput: Int32 = -1

    init(
        _ path: String, _ arguments: [String], stdin: Input = .null, stdout: Output = .collected,
        stderr: Output = .collected, channel: Channel = .pipe, environment: [String: String] = [:],
        directory: String? = nil, refusing refusals: [Refusal] = []
    ) throws {
        _ = ignoreSIGPIPE
        command = ([(path as NSString).lastPathComponent] + arguments).joined(separator: " ")
        var ours: [Int32] = []  // what only the child needs
        defer { ours.forEach { close($0) } }

        let wires = [
            try wire(input: stdin, channel, closing: &ours),
            try wire(output: stdout, channel, closing: &ours),
            try wire(output: stderr, .pipe, closing: &ours),
        ]
        var variables = ProcessInfo.processInfo.environment
        variables.merge(["LC_ALL": "C.UTF-8", "NO_COLOR": "1"]) { $1 }
        variables.merge(environment) { $1 }
        variables["LD_PRELOAD"] = nil
        pid = try withRefusals(refusals) {
            try spawn(
                path, arguments, environment: variables, directory: directory,
                descriptors: wires.map(\.child))
        }

        output = collector(for: stdout, wires[1].ours)
        errors = collector(for: stderr, wires[2].ours)
        if case .held = stdout { heldOutput = wires[1].ours }
        if case .pipe = stdin { input = wires[0].ours }
        if case .bytes(let data) = stdin {
            let descriptor = wires[0].ours
            _ = Background {
                try? writeAll(data, to: descriptor, within: 10 * patience)
                close(descriptor)
            }
        }
        Thread.detachNewThread { [self] in reap() }
    }

    deinit {
        if input >= 0 { close(input) }
        if heldOutput >= 0 { close(heldOutput) }
    }

    // MARK: stdin

    func write(_ data: Data, within seconds: TimeInterval = patience) throws {
        try writeAll(data, to: input, within: seconds)
    }
    func write(_ text: String) throws { try write(Data(text.utf8)) }

    func closeInput() {
        closeForAll(input)
        input = -1
    }

    /// Writes until nothing more is taken for a while; returns what was taken.
    func fillInput(lineFeeds: Bool = true) throws -> Data { try fill(input, lineFeeds: lineFeeds) }

    // MARK: stdout

    /// Begins to read a held stdout.
    func release(keeping: Bool = true) {
        output = Collector(heldOutput, keeping: keeping)
        heldOutput = -1
    }

    /// Closes our end of a held stdout, as `head` does when it has enough.
    func closeOutput() {
        closeForAll(heldOutput)
        heldOutput = -1
    }

    /// Reads exactly this much of a held stdout.
    func takeOutput(_ count: Int) throws -> Data {
        try readExactly(count, from: heldOutput)
    }

    /// Reads one line of a held stdout.
    func takeOutputLine() throws -> String {
        var line = Data()
        while line.last != 10 {
            let byte = try takeOutput(1)
            if byte.isEmpty { break }
            line += byte
        }
        return String(decoding: line, as: UTF8.self)
    }

    // MARK: the end

    private func reap() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        condition.withLock {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let number = status & 0x7f
            ended = number == 0 ? .status((status >> 8) & 0xff) : .signal(number)
            condition.broadcast()
        }
    }

    var isRunning: Bool { condition.withLock { ended == nil } }

    func signal(_ number: Int32) {
        condition.withLock { if ended == nil { _ = Glibc.kill(pid, number) } }
    }

    /// Waits for the end of the process and of its output.
    func exit(within seconds: TimeInterval = patience) throws -> Exit {
        let limit = Date(timeIntervalSinceNow: seconds)
        let exit = condition.withLock {
            while ended == nil && condition.wait(until: limit) {}
            return ended
        }
        guard let exit else { throw Unexpected("still running after \(seconds) s: \(self)") }
        guard output.waitForEnd(), errors.waitForEnd() else {
            throw Unexpected("ended, but its output is still open: \(self)")
        }
        return exit
    }

    /// Ends the process if it has not ended by itself.
    func end() {
        signal(SIGKILL)
        condition.withLock { while ended == nil { condition.wait() } }
    }

    var description: String {
        let state = condition.withLock { ended }.map(\.description) ?? "running"
        return """
            $ \(command)
              [\(state), pid \(pid)]
              stdout, \(output.count) bytes: \(printable(output.bytes))
              stderr, \(errors.count) bytes: \(printable(errors.bytes))
            """
    }
}

let ignoreSIGPIPE: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()
