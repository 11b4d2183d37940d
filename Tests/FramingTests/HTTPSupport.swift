// What the tests of HTTP look at in a message.

import Testing

@testable import Framing

extension HTTPOutcome {
    /// The first message.
    var first: HTTPMessage {
        get throws { try #require(messages.first ?? nil) }
    }
}

extension HTTPMessage {
    /// `name: value` for each header field.
    var fieldLines: [String] { fields.map(\.line) }
}

extension HTTPMessage.Field {
    var line: String { "\(name): \(String(decoding: value, as: UTF8.self))" }
}

extension Answer {
    /// What is sent.
    var bytes: [UInt8] { head + shared.flatMap(\.self) }
}
