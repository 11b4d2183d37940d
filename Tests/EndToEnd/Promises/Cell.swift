// One cell of the table: a way over a transport in a format, in one of a promise's scenarios. Its key names it
// in SOCKCTL_PROMISES, in the list of what is known to be broken, and in what a failure says.

import Foundation
import Testing

/// What a promise is tried in: the name says what happens. `excludes` says why a cell does not apply.
protocol Scenario: RawRepresentable<String>, CaseIterable, Sendable {
    static var promise: String { get }
    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String?
}

struct Cell<S: Scenario>: CustomTestStringConvertible, Sendable {
    let way: Way
    let transport: Transport
    let format: Format
    let scenario: S

    var key: String {
        "\(S.promise)/\(scenario.rawValue)/\(way.words)/\(transport.rawValue)/\(format.rawValue)"
    }
    var testDescription: String { key }
}

/// A cell, or several at once, that a promise has no meaning for.
struct Absent: CustomTestStringConvertible, Sendable {
    let key: String
    let reason: String
    var testDescription: String { "\(key): \(reason)" }
}

/// What SOCKCTL_PROMISES asks for: `all`, the whole product; or the cells whose keys have every one of the parts
/// between commas, `listen -k/,framed`.
enum Wanted {
    case selection, all
    case parts([String])

    static let now: Wanted = {
        switch ProcessInfo.processInfo.environment["SOCKCTL_PROMISES"] {
        case nil, "": .selection
        case "all": .all
        case let parts?: .parts(parts.split(separator: ",").map(String.init))
        }
    }()
}
