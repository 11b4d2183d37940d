// What the tests share: running a tool of the system, and a program with subcommands, which sockctl need not
// have for the model to take them.

import Foundation
import Testing

@testable import CommandSpec

enum Tool {
    /// What the tool printed on stdout, and on stderr where that is wanted. The test ends here if it is not installed.
    static func output(of name: String, _ arguments: [String], withErrors: Bool = true) throws -> String {
        try Need.program(name).require()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = withErrors ? pipe : FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

/// A directory that is removed with the value.
final class ScratchDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "CommandSpec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ contents: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(contents.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// An option whose values are framings.
private let framing = Option(
    "cut", .framing, "FRAMING", group: .payload, help: "cut into messages", manual: "Cuts into messages.")

extension Program {
    static let nested = Program(
        name: "sockctl", version: "0", summary: "has subcommands",
        commands: [
            "udp": {
                CommandSpec(
                    "udp", action: .group, summary: "datagrams", description: [.text("Datagrams.")],
                    examples: [],
                    subcommands: [
                        CommandSpec(
                            "udp", "send", action: .run(.send), summary: "send datagrams",
                            description: [.text("Sends.")], operands: [Operands.connectTo, Operands.data],
                            options: [Options.json, Options.output, framing], examples: []),
                        CommandSpec(
                            "udp", "recv", action: .run(.recv), summary: "receive datagrams",
                            description: [.text("Receives.")], operands: [Operands.listenAt],
                            options: [Options.interface], examples: []),
                    ])
            },
            "info": {
                CommandSpec(
                    "info", action: .run(.connect), summary: "look at a socket",
                    description: [.text("Looks.")],
                    operands: [Operands.connectTo], options: [Options.json], examples: [],
                    subcommands: [
                        CommandSpec(
                            "info", "options", action: .run(.listen), summary: "list the options",
                            description: [.text("Lists.")], options: [Options.json], examples: [])
                    ])
            },
            "broadcast": {
                CommandSpec(
                    "broadcast", action: .group, summary: "datagrams to all",
                    description: [.text("Broadcasts.")],
                    examples: [],
                    subcommands: [
                        CommandSpec(
                            "broadcast", "send", action: .run(.send), summary: "send to all",
                            description: [.text("Sends.")], options: [Options.stats], examples: [])
                    ])
            },
            "help": { .help }, "completions": { .completions }, "schema": { .schema },
        ])
}

// Short names in the log of the tests.
extension CommandSpec: CustomTestStringConvertible {
    public var testDescription: String { fullName }
}

extension Program: CustomTestStringConvertible {
    public var testDescription: String { "\(name): \(summary)" }
}

extension Word: CustomTestStringConvertible {
    public var testDescription: String { quoted }
}
