// Every line of JSON that sockctl writes in these tests, for Tests/Schema/check, which holds them against the schema.

import Foundation
import Glibc

enum JSONLog {
    /// The file, if Tests/run wants one.
    private static let descriptor: Int32? = ProcessInfo.processInfo.environment["SOCKCTL_JSON_LINES"].map {
        open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }
    private static let mark = Data(#"{"event":""#.utf8)
    private static let feed = Data([UInt8(ascii: "\n")])
    /// Of a very long output what comes first and last is enough, and what is rare between.
    private static let most = 256 << 10
    private static let rare = [
        #"{"event":"dropped""#, #""dropped_before":"#, #"{"event":"starved""#, #"{"event":"missed""#,
        #""told":"#,
    ].map { Data($0.utf8) }

    /// Takes what scripts have written to files of a folder.
    static func takeFiles(of directory: String, but inputs: Set<String>) {
        guard descriptor != nil, let files = FileManager.default.enumerator(atPath: directory) else { return }
        for case let name as String in files where !inputs.contains(name) {
            guard files.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                let size = files.fileAttributes?[.size] as? Int, size < 64 << 20,
                let data = FileManager.default.contents(atPath: directory + "/" + name)
            else { continue }
            take(data)
        }
    }

    /// Takes the events of an output that is at its end.
    static func take(_ output: Data) {
        guard let descriptor, descriptor >= 0, output.range(of: mark) != nil else { return }
        guard output.count > 2 * most else { return write(output, to: descriptor) }
        write(output.prefix(most), to: descriptor)
        write(output.suffix(most), to: descriptor)
        for words in rare {
            guard let found = output.range(of: words),
                let start = output.range(
                    of: mark, options: .backwards, in: output.startIndex..<found.lowerBound + mark.count),
                let end = output.range(of: feed, in: found.upperBound..<output.endIndex)
            else { continue }
            write(output[start.lowerBound..<end.upperBound], to: descriptor)
        }
    }

    /// Writes the lines that are whole.
    private static func write(_ part: Data, to descriptor: Int32) {
        var lines = Data()
        for line in part.split(separator: feed[0], omittingEmptySubsequences: false).dropLast()
        where line.starts(with: mark) && line.last == UInt8(ascii: "}") {
            lines += line + feed
        }
        lines.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
