// What `--fault` says: how a relay makes a connection slow, lossy or short.

/// One `--fault`, as it is written: `server:latency=200ms,jitter=50ms`.
package struct FaultSpec: Equatable, Sendable {
    /// A number of bytes of payload in that direction, or a time since the connection began.
    package enum Limit: Equatable, Sendable {
        case bytes(Int)
        case time(Duration)
    }

    /// Nil for both directions; `client` is what the client sends.
    package var direction: String?
    package var latency: Duration?
    package var jitter: Duration?
    /// In bytes a second.
    package var rate: Int?
    /// Chances, from 0 to 1: of a connection, a byte, a datagram.
    package var refuse: Double?
    package var share: Double?
    package var corrupt: Double?
    package var loss: Double?
    package var duplicate: Double?
    package var reorder: Double?
    package var cutAfter: Limit?
    package var resetAfter: Limit?
    package var stallAfter: Limit?
    /// Nil for ever.
    package var stallTime: Duration?
    package var slice: Int?
    package var sliceDelay: Duration?

    /// What only one kind of relay can do.
    package static let ofStreams = ["cut-after", "reset-after", "stall-after", "slice", "refuse"]
    package static let ofDatagrams = ["loss", "duplicate", "reorder"]

    /// The names that it uses.
    package private(set) var names: [String] = []
    /// As it was written.
    package let text: String

    package struct Malformed: Error, Equatable {
        package let words: String
    }

    package init(_ text: String) throws(Malformed) {
        self.text = text
        var rest = Substring(text)
        for name in ["client", "server"] where rest.hasPrefix(name + ":") {
            direction = name
            rest = rest.dropFirst(name.count + 1)
        }
        for part in rest.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.firstIndex(of: "=") else {
                throw Malformed(words: "'\(part)' is not NAME=VALUE")
            }
            try set(String(part[..<sign]), String(part[part.index(after: sign)...]))
        }
        if jitter != nil, latency == nil { latency = .zero }
    }

    private mutating func set(_ name: String, _ value: String) throws(Malformed) {
        let isKnown: Bool
        switch name {
        case "latency": isKnown = store(Self.duration(value), &latency)
        case "jitter": isKnown = store(Self.duration(value), &jitter)
        case "rate": isKnown = store(Scan.size(Array(value.utf8)).flatMap { $0 > 0 ? $0 : nil }, &rate)
        case "refuse": isKnown = store(Self.chance(value), &refuse)
        case "share": isKnown = store(Self.chance(value), &share)
        case "corrupt": isKnown = store(Self.chance(value), &corrupt)
        case "loss": isKnown = store(Self.chance(value), &loss)
        case "duplicate": isKnown = store(Self.chance(value), &duplicate)
        case "reorder": isKnown = store(Self.chance(value), &reorder)
        case "cut-after": isKnown = store(Self.limit(value), &cutAfter)
        case "reset-after": isKnown = store(Self.limit(value), &resetAfter)
        case "stall-after":
            let parts = Self.halves(value)
            stallTime = parts.1.flatMap(Self.duration)
            isKnown = store(Self.limit(parts.0), &stallAfter) && (parts.1 == nil || stallTime != nil)
        case "slice":
            let parts = Self.halves(value)
            sliceDelay = parts.1.flatMap(Self.duration)
            let size = Scan.size(Array(parts.0.utf8)).flatMap { $0 > 0 ? $0 : nil }
            isKnown = store(size, &slice) && (parts.1 == nil || sliceDelay != nil)
        default:
            throw Malformed(words: "there is no fault '\(name)': \(Self.all.joined(separator: ", "))")
        }
        guard isKnown else {
            throw Malformed(words: "\(name): '\(value)' is not \(Self.expectation(of: name))")
        }
        guard !names.contains(name) else { throw Malformed(words: "\(name) stands there twice") }
        names.append(name)
    }

    private func store<Value>(_ value: Value?, _ place: inout Value?) -> Bool {
        place = value
        return value != nil
    }

    package static let all = [
        "latency", "jitter", "rate", "corrupt", "cut-after", "reset-after", "stall-after", "slice", "refuse",
        "share", "loss", "duplicate", "reorder",
    ]

    private static func expectation(of name: String) -> String {
        switch name {
        case "latency", "jitter": "a duration, such as 200ms"
        case "rate": "a number of bytes a second, such as 64k"
        case "cut-after", "reset-after": "a size such as 64k, or a duration such as 5s"
        case "stall-after": "SIZE or DURATION, and perhaps :DURATION, such as 64k:5s"
        case "slice": "SIZE, and perhaps :DELAY, such as 100:10ms"
        default: "a chance: 5%, or a number from 0 to 1 such as 1e-6"
        }
    }

    private static func duration(_ text: some StringProtocol) -> Duration? { Scan.duration(Array(text.utf8)) }

    /// A number with the unit of a time is one, everything else a size.
    private static func limit(_ text: some StringProtocol) -> Limit? {
        if text.last.map({ "smh".contains($0) }) == true { return duration(text).map(Limit.time) }
        return Scan.size(Array(text.utf8)).map(Limit.bytes)
    }

    private static func halves(_ text: String) -> (Substring, Substring?) {
        guard let colon = text.firstIndex(of: ":") else { return (text[...], nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func chance(_ text: String) -> Double? {
        let isPercentage = text.hasSuffix("%")
        guard let first = text.utf8.first, (0x30...0x39).contains(first),
            let value = Double(isPercentage ? String(text.dropLast()) : text)
        else { return nil }
        let chance = isPercentage ? value / 100 : value
        return (0...1).contains(chance) ? chance : nil
    }
}
