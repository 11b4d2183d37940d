// The payloads that move between programs: 50 MiB of random bytes, made once and kept in a file, one byte, and
// nothing at all.

import Foundation
import Glibc

enum Fixture: String, CaseIterable, Sendable {
    case big = "50 MiB"
    case single = "one byte"
    case empty = "an empty file"

    var bytes: Data {
        get throws { try Self.made.get()[self]!.bytes }
    }

    var path: String {
        get throws { try Self.made.get()[self]!.path }
    }

    private typealias Made = (bytes: Data, path: String)

    nonisolated(unsafe) private static var directory = ""

    private static let made = Result { () -> [Fixture: Made] in
        var template = Array("\(NSTemporaryDirectory())/sockctl-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected.call("mkdtemp") }
        directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        atexit { try? FileManager.default.removeItem(atPath: Fixture.directory) }
        var made: [Fixture: Made] = [:]
        for (fixture, size) in [(Fixture.big, 50 << 20), (.single, 1), (.empty, 0)] {
            let path = "\(directory)/\(size)"
            let bytes = try Payload.random(size)
            try bytes.write(to: URL(fileURLWithPath: path))
            made[fixture] = (bytes, path)
        }
        return made
    }
}
