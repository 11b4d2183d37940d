// Socket options as a user names and sets them, and what is said where they are not understood.

import CommandSpec
import Sockets

extension SocketOption {
    /// The option of that name.
    static func found(_ name: String) throws(Failure) -> SocketOption {
        if let option = named(name) { return option }
        throw Failure(
            "option", "'\(name)'", words: "no such socket option", status: .usage,
            hint: nearest(to: name).map { "did you mean \($0.symbol)?" })
    }

    /// The same for an operand, which may be an endpoint in the wrong place.
    static func found(operand: Word) throws(Failure) -> SocketOption {
        try placed(operand) { () throws(Failure) in try found(operand.text) }
    }

    static func assignment(operand: Word) throws(Failure) -> (option: SocketOption, value: OptionValue) {
        try placed(operand) { () throws(Failure) in try assignment(operand.text) }
    }

    private static func placed<Value>(
        _ operand: Word, _ read: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        do {
            return try read()
        } catch {
            var failure = error
            if failure.hint == nil, EndpointForm.isComplete(operand) { failure.hint = "ENDPOINT comes last" }
            throw failure
        }
    }

    /// `NAME=VALUE`, or of an option that is on or off `NAME`, which switches it on. What a forgotten value would set
    /// anything else to is nobody's intention, and the socket may be that of a live process.
    static func assignment(_ text: String) throws(Failure) -> (option: SocketOption, value: OptionValue) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let option = try found(String(parts[0]))
        guard option.isSettable else {
            throw Failure("option", option.symbol, words: "it can be read but not set", status: .usage)
        }
        guard parts.count == 2 || option.type == .bool else {
            throw Failure(
                "option", option.symbol, words: "its value is missing: it takes \(option.expectation)",
                status: .usage, hint: "write it after the name, as in \(option.example)")
        }
        do {
            return (option, try OptionValue(parsing: parts.count == 2 ? String(parts[1]) : "on", for: option))
        } catch {
            throw Failure("option", option.symbol, words: "it takes \(option.expectation)", status: .usage)
        }
    }
}
