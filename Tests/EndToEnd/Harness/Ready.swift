// How a test learns that a program listens, and where: sockctl says so; of the others the kernel's tables tell
// which process holds which listening socket.

import Foundation
import Glibc

extension Collector {
    /// The place sockctl says it listens on, in text or in JSON; of several the first of that family.
    func listeningPlace(_ place: Place = .inet(0)) throws -> Place {
        let announced = wait { data, _ in
            String(decoding: data, as: UTF8.self).contains(/listening.*\n/)
        }
        guard announced, let line = lines.first(where: { $0.contains("listening") }) else {
            throw Unexpected("does not say that it is listening")
        }
        let port: Substring? =
            switch place {
            case .unix, .abstract: "0"
            case .inet:
                (line.firstMatch(of: /127\.0\.0\.1:(\d+)/)
                    ?? line.firstMatch(of: /"127\.0\.0\.1","port":(\d+)/))?.output.1
            case .inet6:
                (line.firstMatch(of: /\[::1\]:(\d+)/) ?? line.firstMatch(of: /"::1","port":(\d+)/))?.output.1
            }
        guard let number = port.flatMap({ UInt16($0) }) else {
            throw Unexpected("listens, but not on \(place): \(line)")
        }
        return place.with(port: number)
    }
}

extension Program {
    func listening(_ place: Place = .inet(0)) throws -> Place { try errors.listeningPlace(place) }

    /// The place on which a program that does not announce it is found to listen.
    func foundListening(_ place: Place) throws -> Place {
        var found: Place?
        try poll(for: "\(command) listens") {
            guard isRunning else { throw Unexpected("ended instead of listening: \(self)") }
            switch place {
            case .inet: found = listeningPort(of: pid, table: "tcp").map { .inet($0) }
            case .inet6: found = listeningPort(of: pid, table: "tcp6").map { .inet6($0) }
            case .unix(let path): found = unixSocketListens(path) ? place : nil
            case .abstract(let name): found = unixSocketListens("@\(name)") ? place : nil
            }
            return found != nil
        }
        return found!
    }
}

/// The rows of a table of `/proc/net`. It is read to its end here, as Foundation stops after the first read(2) that
/// fills no whole buffer, which is the first 4 KiB of any table: 60 Unix sockets, of all that the machine has. A name in
/// it need not be UTF-8.
func kernelTable(_ name: String) -> [[Substring]] {
    let descriptor = open("/proc/net/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 { text += chunk.prefix(count) }
    return text.split(separator: 10).dropFirst().map {
        String(decoding: $0, as: UTF8.self).split(separator: " ")
    }
}

private func listeningPort(of pid: pid_t, table: String) -> UInt16? {
    let folder = "/proc/\(pid)/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let sockets = Set(
        descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        })
    for row in kernelTable(table) where row.count > 9 && row[3] == "0A" {
        if sockets.contains("socket:[\(row[9])]") {
            return row[1].split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
        }
    }
    return nil
}

private func unixSocketListens(_ path: String) -> Bool {
    kernelTable("unix").contains { $0.count == 8 && $0[7] == path && $0[3] == "00010000" }
}
