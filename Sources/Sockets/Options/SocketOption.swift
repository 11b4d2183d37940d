// One definition of each socket option; everything that names, documents, reads or sets one uses it.

/// A socket option: what `getsockopt(2)` and `setsockopt(2)` need to know of it, and what a user does.
package struct SocketOption: Hashable, Sendable {
    /// What can be done with it.
    package enum Access: Hashable, Sendable {
        case readWrite
        case readOnly
        case writeOnly
    }

    /// The name in the kernel's headers, `SO_RCVBUF`.
    package let symbol: String
    package let level: OptionLevel
    package let number: Int32
    package let type: OptionType
    private let access: Access
    /// Reading it changes the socket or the reader: never done on a socket of another process.
    package let disturbs: Bool
    /// One line that says what it is for.
    package let meaning: String

    package var isReadable: Bool { access != .writeOnly }
    package var isSettable: Bool { access != .readOnly }

    /// Every option of the catalog, level by level.
    package static let catalog: [SocketOption] =
        socketOptions + tcpOptions + ipOptions + ipv6Options + udpOptions

    init(
        _ level: OptionLevel, _ symbol: String, _ number: Int32, _ type: OptionType,
        access: Access = .readWrite, disturbs: Bool = false, _ meaning: String
    ) {
        self.level = level
        self.symbol = symbol
        self.number = number
        self.type = type
        self.access = access
        self.disturbs = disturbs
        self.meaning = meaning
    }
}

// MARK: - By name

extension SocketOption {
    /// The option that a user means: its symbol (`SO_RCVBUF`), its symbol without the prefix (`rcvbuf`), in
    /// any case, or `LEVEL:NUMBER` (`6:23`) for one that need not be in the catalog. A name that several
    /// levels have is the first one's, in the order of `OptionLevel.all`.
    package static func named(_ text: String) -> SocketOption? {
        if let numbered = numbered(text) { return numbered }
        let name = text.uppercased()
        return catalog.first { $0.symbol == name } ?? catalog.first { $0.shortName == name }
    }

    /// The symbol in the catalog that `text` is a misspelling of, if there is one.
    package static func nearest(to text: String) -> SocketOption? {
        // Nothing that long is a slip, and comparing it with all of them would take its time.
        guard text.utf8.count <= 64 else { return nil }
        let name = text.uppercased()
        let limit = max(1, name.utf8.count / 3)
        var best: (option: SocketOption, distance: Int)?
        for option in catalog {
            let distance = min(editDistance(name, option.symbol), editDistance(name, option.shortName))
            if distance <= limit, distance < best?.distance ?? .max { best = (option, distance) }
        }
        return best?.option
    }

    /// The symbol without its level's prefix, `RCVBUF`.
    package var shortName: String { String(symbol.dropFirst(level.prefix.count)) }

    /// `LEVEL:NUMBER`: the catalog's option with these numbers, otherwise one of unknown type, of which it
    /// is not known either whether reading it disturbs.
    private static func numbered(_ text: String) -> SocketOption? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let level = Int32(prefixed: parts[0]), let number = Int32(prefixed: parts[1])
        else { return nil }
        return catalog.first { $0.level.number == level && $0.number == number }
            ?? SocketOption(
                .numbered(level), text, number, .unknown, disturbs: true, "an option outside of the catalog")
    }
}

extension FixedWidthInteger {
    /// A number as C writes it: decimal, or hexadecimal after `0x`.
    init?(prefixed text: some StringProtocol) {
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = text.dropFirst(sign.count).lowercased()
        let radix = digits.hasPrefix("0x") ? 16 : 10
        let bare = digits.dropFirst(radix == 16 ? 2 : 0)
        guard bare.first?.isHexDigit == true else { return nil }
        self.init(sign + bare, radix: radix)
    }
}

/// How many insertions, deletions, replacements and swaps of neighbours turn one text into the other
/// (optimal string alignment).
private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let same = left[row - 1] == right[column - 1]
            var distance = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                distance = min(distance, beforeLast[column - 2] + 1)
            }
            current.append(distance)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
