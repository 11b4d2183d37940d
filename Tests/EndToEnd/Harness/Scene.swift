// The stage of one test: its programs and its temporary directory, which are gone when the test is over,
// however it ends. `try scene { … }` adds the state of every program to whatever is thrown; its description
// does the same for a failing expectation: `#expect(…, "\(scene)")`.

import Foundation
import Glibc
import Testing

final class Scene: CustomStringConvertible {
    let directory: String
    private var programs: [Program] = []
    /// The files that are not sockctl's.
    private var inputs: Set<String> = []

    fileprivate init() throws {
        var template = Array("\(NSTemporaryDirectory())/sockctl-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected.call("mkdtemp") }
        directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    fileprivate func tearDown() {
        programs.forEach { $0.end() }
        JSONLog.takeFiles(of: directory, but: inputs)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Where a file of this test lies.
    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Writes a file of this test and returns its path.
    func file(_ name: String, _ contents: Data) throws -> String {
        try contents.write(to: URL(fileURLWithPath: path(name)))
        inputs.insert(name)
        return path(name)
    }

    func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    func sockctl(
        _ arguments: String..., stdin: Input = .null, stdout: Output = .collected,
        stderr: Output = .collected, environment: [String: String] = [:], refusing refusals: [Refusal] = []
    ) throws -> Program {
        try run(
            .sockctl, arguments, stdin: stdin, stdout: stdout, stderr: stderr, environment: environment,
            refusing: refusals)
    }

    func run(
        _ tool: Tool, _ arguments: [String], stdin: Input = .null, stdout: Output = .collected,
        stderr: Output = .collected, channel: Channel = .pipe, environment: [String: String] = [:],
        refusing refusals: [Refusal] = []
    ) throws -> Program {
        let program = try Program(
            try tool.require(), arguments, stdin: stdin, stdout: stdout, stderr: stderr, channel: channel,
            environment: environment, directory: directory, refusing: refusals)
        programs.append(program)
        return program
    }

    /// A command line of the shell, in which `$SOCKCTL` is the binary. The shell should `exec` what it can:
    /// only its own process is ended with the test.
    func shell(
        _ script: String, arguments: [String] = [], stdin: Input = .null, stdout: Output = .collected,
        stderr: Output = .collected
    ) throws -> Program {
        let program = try Program(
            "/bin/sh", ["-c", script, "sh"] + arguments, stdin: stdin, stdout: stdout, stderr: stderr,
            environment: ["SOCKCTL": try Tool.sockctl.require()], directory: directory)
        programs.append(program)
        return program
    }

    /// Waits for the end of a program that should end well and without complaint.
    func expectSuccess(_ program: Program, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expect(program, ends: .status(0), sourceLocation: sourceLocation)
    }

    func expect(
        _ program: Program, ends expected: Exit, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let exit = try program.exit()
        #expect(exit == expected, "\(self)", sourceLocation: sourceLocation)
    }

    /// Compares bytes; a failure says where they differ and does not print them all.
    func expect(
        _ actual: Data, is expected: Data, _ what: String = "what arrived",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let difference = difference(actual, from: expected)
        #expect(difference == nil, "\(what)\n\(self)", sourceLocation: sourceLocation)
    }

    var description: String { programs.map(\.description).joined(separator: "\n") }
}

func scene(_ body: (Scene) throws -> Void) throws {
    let scene = try Scene()
    defer { scene.tearDown() }
    do {
        try body(scene)
    } catch let failure as Unexpected {
        throw Unexpected("\(failure)\n\(scene)")
    }
}
