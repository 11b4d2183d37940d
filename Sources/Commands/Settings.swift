// The options that mean the same everywhere, as values.

import CommandSpec
import Framing
import Sockets

struct Settings {
    /// The command line, for who has to say what it should have been.
    let typed: [Word]
    let json: Bool
    let verbosity: TextReporter.Verbosity
    /// What `--color` says; nil for nothing.
    let color: String?
    /// Whether many peers may speak.
    let keepsOpen: Bool
    private(set) var family: AddressFamily?
    let numeric: Bool
    private(set) var timeout: Duration?
    private let givenSetupTimeout: Duration?
    let idleTimeout: Duration?
    let deadline: Duration?
    let crlf: Bool
    private(set) var interface: String?
    private(set) var options: [(option: SocketOption, value: OptionValue)]
    /// Those of the server's leg of a relay.
    private let serverOptions: [(option: SocketOption, value: OptionValue)]
    private let serverInterface: String?
    let outputFile: Word?
    let recording: RecordingTarget?
    /// Whether the recording is all that goes to stdout.
    var recordsToStdout: Bool { recording?.file.isStandardOutput == true }
    let hex: Bool
    /// Whether streams are Multipath TCP.
    let isMultipath: Bool
    /// The permissions of the file of a Unix socket that is bound; nil for those of the umask.
    let socketMode: UInt32?
    /// How messages are cut and joined; nil where they are not.
    let framing: MessageFraming?
    /// Of an HTTP message only the body is written.
    let bodyOnly: Bool
    let raw: Bool
    let statistics: Bool
    /// How often the statistics of what is open are told; nil for not.
    let interval: Duration?
    /// What names are looked up with, where `--netns` says so.
    let nameServiceFiles: NameServiceFiles?

    init(_ arguments: Arguments) throws(Failure) {
        typed = arguments.typed
        json = arguments[Options.json]
        verbosity = arguments[Options.quiet] ? .quiet : arguments[Options.verbose] ? .verbose : .normal
        color = arguments[Options.color]
        keepsOpen = arguments[Options.keepOpen]
        family = arguments[Options.ipv4] ? .inet : arguments[Options.ipv6] ? .inet6 : nil
        numeric = arguments[Options.numeric]
        timeout = arguments[Options.timeout]
        idleTimeout = arguments[Options.idleTimeout]
        deadline = arguments[Options.deadline]
        crlf = arguments[Options.crlf]
        givenSetupTimeout = arguments[Options.setupTimeout]
        outputFile = arguments[Options.output].flatMap { $0.isStandardOutput ? nil : $0 }
        recording = try arguments[Options.record].map { (word) throws(Failure) in
            let target = RecordingTarget(word)
            guard target.file.bytes.isEmpty else { return target }
            throw Failure(
                "option", "--record", words: "\(word.quoted) names no file", status: .usage,
                hint: "--record pcapng:FILE, or pcapng:- for standard output")
        }
        hex = arguments[Options.hex]
        socketMode = arguments[Options.mode]
        isMultipath = arguments[Options.mptcp]
        framing = try MessageFraming(arguments)
        bodyOnly = arguments[Options.body]
        raw = arguments[Options.raw]
        interval = arguments[Options.check] ? nil : arguments[Options.interval]
        // Each of several connections has its summary.
        let isParallel = arguments.has(Options.parallel) && !arguments[Options.check]
        statistics = arguments[Options.stats] || interval != nil || isParallel
        nameServiceFiles = NetworkNamespace.chosen(by: arguments)?.nameServiceFiles
        let isRelay = arguments[Options.relayTo] != nil
        var options: [(option: SocketOption, value: OptionValue)] = []
        var serverOptions = options
        for text in arguments.all(Options.option) {
            let (leg, text) = isRelay ? Leg.split(text) : (nil, text)
            let option = try SocketOption.assignment(text)
            if leg != .server { options.append(option) }
            if leg != .client { serverOptions.append(option) }
        }
        self.options = options
        self.serverOptions = serverOptions
        let interfaces: [(leg: Leg?, value: String)] = arguments.all(Options.interface).map {
            isRelay ? Leg.split($0) : (nil, $0)
        }
        interface = interfaces.last(where: { $0.leg != .server })?.value
        serverInterface = interfaces.last(where: { $0.leg == .server })?.value
    }

    /// How long what lies between accepting a peer and serving it may take.
    var setupTimeout: Duration { givenSetupTimeout ?? Defaults.connectTimeout }

    /// Those with which a relay connects.
    var ofServerLeg: Settings {
        var copy = self
        (copy.options, copy.interface) = (serverOptions, serverInterface)
        (copy.family, copy.timeout) = (nil, setupTimeout)
        return copy
    }

    /// Whether the user sets this socket option: then nobody else does.
    /// - Parameter leg: of a relay, which may have options of its own.
    func sets(_ symbol: String, on leg: Leg? = nil) -> Bool {
        (leg == .server ? serverOptions : options).contains { $0.option.symbol == symbol }
    }

    /// Opens a socket for a connection, or to listen.
    func openSocket(
        _ family: AddressFamily, _ type: SocketType, _ operand: String? = nil
    ) throws(Failure) -> Socket {
        guard isMultipath, type != .datagram else {
            return try attempt("socket", operand) { () throws(Errno) in try Socket(family, type) }
        }
        guard family.hasTCP else {
            throw Failure(
                "option", "--mptcp", words: "it is for TCP\(operand.map { ", and not for \($0)" } ?? "")",
                status: .usage)
        }
        do throws(Errno) {
            return try Socket(family, type, isMultipath: true)
        } catch {
            guard [.protocolNotSupported, .noProtocolOption].contains(error) else {
                throw Failure("socket", operand, error)
            }
            throw Failure(
                "socket", operand, words: "this system has no Multipath TCP", error,
                hint: "'sysctl net.mptcp.enabled' shows whether it is turned off")
        }
    }

    /// Refuses `--mode` where there is no file.
    func checkMode(at endpoint: Endpoint) throws(Failure) {
        guard socketMode != nil else { return }
        if case .path? = endpoint.unixName { return }
        throw Failure(
            "option", "--mode", words: "it is for the file of a Unix socket, and \(endpoint.text) has none",
            status: .usage)
    }

    var isVerbose: Bool { verbosity == .verbose }

    /// What the file for the payload is called in messages.
    var outputName: String { outputFile?.text ?? "stdout" }

    /// Opens the file for the payload, if there is one. It is emptied when there is something to write.
    func openOutput() throws(Failure) -> OwnedDescriptor? {
        guard let outputFile else { return nil }
        return try Self.open(outputFile)
    }

    /// Opens the file for the recording, if there is one. All that is said stands there, passwords among it, so that
    /// nobody else may read it; and it goes on at its end after somebody has cut it, as logrotate(8) does.
    func openRecord() throws(Failure) -> OwnedDescriptor? {
        guard let recording, !recordsToStdout else { return nil }
        return try Self.open(recording.file, appending: true, mode: 0o600)
    }

    private static func open(
        _ file: Word, appending: Bool = false, mode: UInt32 = 0o666
    ) throws(Failure) -> OwnedDescriptor {
        try attempt("open", file.text, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(path: file.bytes, writing: true, appending: appending, mode: mode)
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
