// The committed man pages and completions are what the program would generate now.

import Foundation
import Testing

@testable import CommandSpec
@testable import Commands

@Suite(.serialized) struct GeneratedFilesTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let files = Main.generatedFiles

    /// With `REGENERATE=1` in the environment the files are written instead of compared.
    @Test func committedFilesAreInStep() throws {
        for (path, contents) in Self.files {
            let file = Self.root.appending(path: path)
            if ProcessInfo.processInfo.environment["REGENERATE"] == "1" {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(contents.utf8).write(to: file)
            }
            let committed = try? String(contentsOf: file, encoding: .utf8)
            #expect(
                committed == contents,
                "\(path) is out of step: run 'REGENERATE=1 swift test --filter GeneratedFilesTests'")
        }
    }

    @Test func nothingElseIsCommitted() throws {
        for folder in ["man", "completions"] {
            let found = try FileManager.default.contentsOfDirectory(
                atPath: Self.root.appending(path: folder).path(percentEncoded: false))
            let generated = Self.files.map(\.path).filter { $0.hasPrefix(folder + "/") }
            #expect(Set(found.map { "\(folder)/\($0)" }) == Set(generated))
        }
    }
}
