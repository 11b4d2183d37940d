// Every line of JSON that sockctl writes in these tests, for Tests/Schema/check, which holds them against the schema.

import Foundation
import Glibc

enum JSONLog {
    /// The file, if Tests/run wants one.
    private static let descriptor: Int32? = ProcessInfo.processInfo.environment["SOCKCTL_JSON_LINES"].map {
        open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }
    /// Of a very long output what comes first and last is enough.
    private static let most = 256 << 10

    /// Takes what scripts have written to files of a folder.
    static func takeFiles(of directory: String) {
        guard descriptor != nil, let files = FileManager.default.enumerator(atPath: directory) else { return }
        for case let name as String in files {
            let path = directory + "/" + name
            guard files.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                let size = files.fileAttributes?[.size] as? Int, size < 64 << 20,
                let data = FileManager.default.contents(atPath: path)
            else { continue }
            take(data)
        }
    }

    /// Writes the events of an output that is at its end.
    static func take(_ output: Data) {
        let mark = Data(#"{"event":""#.utf8)
        guard let descriptor, descriptor >= 0, output.range(of: mark) != nil else { return }
        let parts = output.count <= 2 * most ? [output] : [output.prefix(most), output.suffix(most)]
        var lines = Data()
        for part in parts {
            // The last one may be cut short.
            for line in part.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            where line.starts(with: mark) && line.last == UInt8(ascii: "}") {
                lines += line + [UInt8(ascii: "\n")]
            }
        }
        lines.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
