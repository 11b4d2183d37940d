// Names from the files of this machine, for completion and hints: hosts(5), ssh's known hosts, services(5), protocols(5) and
// passwd(5), read as they are. The name service would know more, and might ask the network for it.

import CommandSpec
import Sockets

enum NameLists {
    /// So much of a file is read; a longer one is left out.
    private static let longest = 4 << 20

    static func text(of path: String) -> [UInt8] {
        guard FileKind.of(path: path) == .regular else { return [] }
        let bytes = try? OwnedDescriptor.open(path: Array(path.utf8), writing: false, nonBlocking: true)
            .readAll(atMost: longest)
        return bytes ?? []
    }

    static func lines(of path: String) -> [[String]] { words(text(of: path)) }

    /// The words of each line that has some, without comments. Cut as bytes, of which there may be very many.
    static func words(_ text: [UInt8]) -> [[String]] {
        text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.compactMap { line in
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return words.isEmpty ? nil : words.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The names of hosts(5), each with its address.
    static func hosts(_ lines: [[String]]) -> [Candidate] {
        lines.flatMap { words in words.dropFirst().map { Candidate($0, words[0]) } }
    }

    /// The hosts of ssh's known_hosts that are not hashed and no patterns. Of thousands of long lines only what comes
    /// before the keys is looked at.
    static func knownHosts(_ text: [UInt8]) -> [Candidate] {
        text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.flatMap { line -> [Candidate] in
            let words = line.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            // `@cert-authority` and `@revoked` come before the hosts.
            guard let hosts = words.first(where: { $0.first != UInt8(ascii: "@") }), words.count > 1,
                hosts.first != UInt8(ascii: "#")
            else { return [] }
            return hosts.split(separator: UInt8(ascii: ",")).compactMap { host in
                if host.first == UInt8(ascii: "|") || host.contains(where: patterns.contains) { return nil }
                let name =
                    host.first == UInt8(ascii: "[")
                    ? host.dropFirst().prefix { $0 != UInt8(ascii: "]") } : host
                return Candidate(String(decoding: name, as: UTF8.self), "known to ssh")
            }
        }
    }

    private static let patterns = Array("*?!".utf8)

    /// The services of a protocol, by their official names.
    static func services(_ lines: [[String]], protocolName: String) -> [(name: String, port: UInt16)] {
        lines.compactMap { words in
            guard words.count > 1 else { return nil }
            let parts = words[1].split(separator: "/")
            guard parts.count == 2, parts[1] == protocolName, let port = UInt16(parts[0]) else { return nil }
            return (words[0], port)
        }
    }

    /// Whether a service of this machine has the name, over whatever protocol.
    static func isService(_ name: String) -> Bool {
        lines(of: "/etc/services").contains { $0.count > 1 && $0[0] == name }
    }

    static func protocols(_ lines: [[String]]) -> [Candidate] {
        lines.compactMap { $0.count > 1 ? Candidate($0[0], $0[1]) : nil }
    }

    /// The users of passwd(5), with their numbers.
    static func users(_ lines: [[String]]) -> [Candidate] {
        lines.compactMap { words in
            // The fields are separated by colons, and may hold spaces.
            let fields = words[0].split(separator: ":", omittingEmptySubsequences: false)
            return fields.count > 2 && !fields[0].isEmpty
                ? Candidate(String(fields[0]), String(fields[2])) : nil
        }
    }
}

extension [Candidate] {
    /// The first of each value.
    var unique: [Candidate] {
        var seen: Set<String> = []
        return filter { seen.insert($0.value).inserted }
    }
}
