// The options that mean the same everywhere, as values.

import CommandSpec
import Sockets

struct Settings {
    let json: Bool
    let verbosity: TextReporter.Verbosity
    let family: AddressFamily?
    let numeric: Bool
    let timeout: Duration?
    let idleTimeout: Duration?
    let deadline: Duration?
    let crlf: Bool
    let interface: String?
    let options: [(option: SocketOption, value: OptionValue)]
    let outputFile: Word?
    let raw: Bool
    let statistics: Bool

    init(_ arguments: Arguments) throws(Failure) {
        json = arguments[Options.json]
        verbosity = arguments[Options.quiet] ? .quiet : arguments[Options.verbose] ? .verbose : .normal
        family = arguments[Options.ipv4] ? .inet : arguments[Options.ipv6] ? .inet6 : nil
        numeric = arguments[Options.numeric]
        timeout = arguments[Options.timeout]
        idleTimeout = arguments[Options.idleTimeout]
        deadline = arguments[Options.deadline]
        crlf = arguments[Options.crlf]
        interface = arguments[Options.interface]
        outputFile = arguments[Options.output]
        raw = arguments[Options.raw]
        statistics = arguments[Options.stats]
        var options: [(option: SocketOption, value: OptionValue)] = []
        for text in arguments.all(Options.option) { options.append(try Self.option(text)) }
        self.options = options
    }

    /// Whether the user sets this socket option: then nobody else does.
    func sets(_ symbol: String) -> Bool { options.contains { $0.option.symbol == symbol } }

    /// What the file for the payload is called in messages.
    var outputName: String { outputFile?.text ?? "stdout" }

    /// Opens the file for the payload, if there is one. It is emptied when there is something to write.
    func openOutput() throws(Failure) -> OwnedDescriptor? {
        guard let outputFile else { return nil }
        return try attempt("open", outputName, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(path: outputFile.bytes, writing: true)
        }
    }

    /// `NAME=VALUE` or `NAME`, which switches it on.
    private static func option(_ text: String) throws(Failure) -> (option: SocketOption, value: OptionValue) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = SocketOption.named(name) else {
            let nearest = SocketOption.nearest(to: name)
            throw Failure(
                "option", "'\(name)'", words: "no such socket option", status: .usage,
                hint: nearest.map { "did you mean \($0.symbol)?" })
        }
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

extension Descriptor where Self: ~Copyable {
    /// Sets what `--option` and `--interface` ask for, before `bind` or `connect`.
    func apply(_ settings: Settings) throws(Failure) {
        if let interface = settings.interface {
            try attempt("setsockopt SO_BINDTODEVICE", interface) { () throws(Errno) in
                try set(.bindToDevice, to: .text(interface))
            }
        }
        for (option, value) in settings.options {
            try attempt("setsockopt \(option.symbol)", value.description) { () throws(Errno) in
                try set(option, to: value)
            }
        }
    }
}
