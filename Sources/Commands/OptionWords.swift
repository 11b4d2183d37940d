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

    /// `NAME=VALUE` or `NAME`, which switches it on.
    static func assignment(_ text: String) throws(Failure) -> (option: SocketOption, value: OptionValue) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let option = try found(String(parts[0]))
        guard option.isSettable else {
            throw Failure("option", option.symbol, words: "it can be read but not set", status: .usage)
        }
        do {
            return (option, try OptionValue(parsing: parts.count == 2 ? String(parts[1]) : "1", for: option))
        } catch {
            throw Failure("option", option.symbol, words: "it takes \(error.expected)", status: .usage)
        }
    }
}
