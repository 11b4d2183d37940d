// Which sources libc asks for hosts, and when it stops: the `hosts` line of nsswitch.conf(5), read as glibc reads it.

/// What a source answers: `enum nss_status`.
package enum NameServiceStatus: String, CaseIterable, Hashable, Sendable {
    case success
    /// The source works, and does not have it.
    case notFound = "notfound"
    /// The source does not work, for as long as one cares: not installed, not configured, not reached.
    case unavailable = "unavail"
    /// The source does not work now.
    case tryAgain = "tryagain"

    /// As nsswitch.conf(5) writes it: `NOTFOUND`.
    package var symbol: String { rawValue.uppercased() }
}

package struct NameServiceSwitch: Hashable, Sendable {
    /// What libc does after an answer.
    package enum Action: String, Sendable {
        case `return`
        case `continue`
        /// Of groups only; with hosts the look-up fails.
        case merge
    }

    package struct Source: Hashable, Sendable {
        /// `files`, the middle of `libnss_files.so.2`.
        package let name: String
        var actions: [NameServiceStatus: Action] = [.success: .return]

        package func action(after status: NameServiceStatus) -> Action { actions[status] ?? .continue }

        /// The rule that applied, as nsswitch.conf(5) writes it: `NOTFOUND=return`.
        package func rule(after status: NameServiceStatus) -> String {
            "\(status.symbol)=\(action(after: status).rawValue)"
        }
    }

    /// The line has no meaning: libc then looks nothing up.
    package struct Malformed: Error, Hashable {}

    package let sources: [Source]
    /// The line without its name.
    package let text: String

    /// What glibc asks where the file has no line for hosts.
    package static let standard = NameServiceSwitch(
        sources: [Source(name: "files"), Source(name: "dns")], text: "files dns")

    private init(sources: [Source], text: String) {
        self.sources = sources
        self.text = text
    }

    /// What stands behind `hosts:`. A `#` begins no comment there.
    package init(_ line: String) throws(Malformed) {
        var scan = Scanner(line)
        var sources: [Source] = []
        while let name = scan.word(until: "[") {
            var source = Source(name: name)
            if scan.take("[") {
                repeat { try Self.readRule(&scan, &source) } while !scan.take("]")
            }
            sources.append(source)
        }
        self.sources = sources
        text = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `!STATUS=ACTION`.
    private static func readRule(_ scan: inout Scanner, _ source: inout Source) throws(Malformed) {
        let isNegated = scan.take("!", skipping: true)
        guard let word = scan.word(until: "=]", skipping: !isNegated),
            let status = NameServiceStatus(rawValue: word.lowercased()), scan.take("="),
            let verb = scan.word(until: "=]"), let action = Action(rawValue: verb.lowercased())
        else { throw Malformed() }
        guard isNegated else {
            source.actions[status] = action
            return
        }
        let kept = source.action(after: status)
        for other in NameServiceStatus.allCases { source.actions[other] = action }
        source.actions[status] = kept
    }

    /// The line for hosts of a whole file, the last one if there are several; nil if there is none.
    package static func hosts(in file: [UInt8]) throws(Malformed) -> NameServiceSwitch? {
        var found: NameServiceSwitch?
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let line = line.drop(while: \.isWhitespace)
            let name = line.prefix { !$0.isWhitespace && $0 != ":" }
            let rest = line.dropFirst(name.count)
            guard name == "hosts", !rest.isEmpty else { continue }
            found = try NameServiceSwitch(String(rest.drop { $0.isWhitespace || $0 == ":" }))
        }
        return found
    }
}

/// How far libc gets, if each source answers what it answered alone.
package struct NameServiceSearch: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        /// libc asks it, and does this next.
        case asked(NameServiceStatus, NameServiceSwitch.Action)
        /// libc asks it; it has not answered.
        case unanswered
        /// It has ended before, at the source with this index.
        case notReached(end: Int)
        /// It waits, or not, for a source that has not answered.
        case unknown(since: Int)
    }

    package let steps: [Step]

    /// - Parameter statuses: of each source, nil where it has not answered.
    package init(_ sources: [NameServiceSwitch.Source], _ statuses: [NameServiceStatus?]) {
        var steps: [Step] = []
        var end: Step?
        for (index, (source, status)) in zip(sources, statuses).enumerated() {
            if let end {
                steps.append(end)
            } else if let status {
                let action = source.action(after: status)
                steps.append(.asked(status, action))
                if action == .return { end = .notReached(end: index) }
            } else {
                steps.append(.unanswered)
                end = .unknown(since: index)
            }
        }
        self.steps = steps
    }

    /// The source whose answer libc takes, the last that it asks; nil if that found nothing, or is not known.
    package var taken: Int? {
        let last = steps.lastIndex { if case .asked = $0 { true } else { false } }
        guard let last, case .asked(.success, let action) = steps[last], action != .merge else { return nil }
        return steps.contains(.unanswered) ? nil : last
    }
}

/// Reads a line from left to right.
private struct Scanner {
    private var rest: Substring

    init(_ line: String) { rest = line[...] }

    /// A word that ends at white space or at one of these; nil if there is none.
    mutating func word(until ends: String, skipping: Bool = true) -> String? {
        if skipping { skip() }
        let word = rest.prefix { !$0.isWhitespace && !ends.contains($0) }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    mutating func take(_ character: Character, skipping: Bool = true) -> Bool {
        if skipping { skip() }
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skip() { rest = rest.drop(while: \.isWhitespace) }
}
