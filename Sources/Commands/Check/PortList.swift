// Ports as a user lists them: numbers, ranges and names of services, `22,80,8000-8100,https`.

import Framing
import Sockets

struct PortList: Equatable {
    enum Item: Equatable {
        case range(ClosedRange<UInt16>)
        /// Looked up later.
        case service(String)
    }

    let items: [Item]

    /// - Parameter word: what the user wrote, for a message.
    init(_ text: String, of word: String) throws(Failure) {
        guard !text.isEmpty else { throw .endpoint(word, "no port") }
        var items: [Item] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            items.append(try Self.item(item, of: word))
        }
        self.items = items
    }

    /// Whether the word can be nothing but a list of ports: no host is written with commas, or with digits and
    /// hyphens alone.
    static func isOnlyThat(_ word: String) -> Bool {
        if word.contains(":") || word.hasPrefix("[") { return false }
        return word.contains(",") || !word.isEmpty && word.utf8.allSatisfy { isDigit($0) || $0 == hyphen }
    }

    /// How many ports at most.
    var count: Int {
        items.reduce(0) { count, item in
            if case .range(let range) = item { count + range.count } else { count + 1 }
        }
    }

    /// As it may be written.
    var text: String {
        items.map { item in
            switch item {
            case .service(let name): name
            case .range(let range) where range.count == 1: "\(range.lowerBound)"
            case .range(let range): "\(range.lowerBound)-\(range.upperBound)"
            }
        }.joined(separator: ",")
    }

    /// The word for one of them that takes most room; a service may have any port.
    var longest: String {
        items.map { item in
            if case .range(let range) = item { "\(range.upperBound)" } else { "65535" }
        }.max { $0.utf8.count < $1.utf8.count } ?? ""
    }

    var services: [String] {
        items.compactMap { if case .service(let name) = $0 { name } else { nil } }
    }

    /// Every port once, in the order in which they were written.
    func ports(_ services: [String: UInt16]) -> [UInt16] {
        var isListed = [Bool](repeating: false, count: 1 << 16)
        var ports: [UInt16] = []
        ports.reserveCapacity(min(count, isListed.count))
        func list(_ port: UInt16) {
            if !isListed[Int(port)] { ports.append(port) }
            isListed[Int(port)] = true
        }
        for item in items {
            switch item {
            case .range(let range): range.forEach(list)
            case .service(let name): services[name].map(list)
            }
        }
        return ports
    }

    // MARK: Items

    private static func item(_ text: Substring, of word: String) throws(Failure) -> Item {
        guard !text.isEmpty else { throw .endpoint(word, "a port is missing beside a comma") }
        if text.utf8.allSatisfy(isDigit) {
            let port = try port(text, of: word)
            return .range(port...port)
        }
        // The name of a service may hold hyphens, too, but then letters as well: RFC 6335, section 5.1.
        if text.utf8.allSatisfy({ isDigit($0) || $0 == hyphen }) {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, !ends[0].isEmpty, !ends[1].isEmpty else {
                throw .endpoint(word, "\(text) is not a range: write FIRST-LAST")
            }
            let (first, last) = (try port(ends[0], of: word), try port(ends[1], of: word))
            guard first <= last else { throw .endpoint(word, "the range \(text) runs backwards") }
            return .range(first...last)
        }
        guard text.utf8.allSatisfy(isOfName) else {
            throw .endpoint(word, "'\(text)' is neither a port, a range nor the name of a service")
        }
        return .service(String(text))
    }

    private static func port(_ text: Substring, of word: String) throws(Failure) -> UInt16 {
        guard let port = PortNumber.read(text), port > 0 else {
            throw .endpoint(word, "\(text) is not a valid port: ports go from 1 to 65535")
        }
        return port
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, hyphen: true
        default: "._+*/".utf8.contains(byte)
        }
    }
}
