// The ways in which `listen` serves its peers: what may be chosen, what excludes what, and what each needs come from
// this table. The compiler asks for the service that belongs to each.

/// A way of serving.
package enum ServingWay: CaseIterable, Sendable {
    case standard, echo, discard, reply, chat, exec, shell, activate, file, replay, relay

    /// What asks for it; nil for what is done unasked.
    var option: (any OptionDefinition)? {
        switch self {
        case .standard: nil
        case .echo: Options.echo
        case .discard: Options.discard
        case .reply: Options.reply
        case .chat: Options.chat
        case .exec: Options.exec
        case .shell: Options.shell
        case .activate: Options.activate
        case .file: Options.file
        case .replay: Options.replay
        case .relay: Options.relayTo
        }
    }

    /// Whether what peers send is written to stdout or to a file.
    var writesPayload: Bool {
        switch self {
        case .standard, .reply, .file, .replay: true
        case .echo, .discard, .chat, .exec, .shell, .activate, .relay: false
        }
    }

    /// Whether one of the two directions can be left out.
    var canUseOneDirection: Bool {
        switch self {
        case .standard, .file, .replay: true
        case .echo, .discard, .reply, .chat, .exec, .shell, .activate, .relay: false
        }
    }

    /// Whether it takes several peers.
    var needsMany: Bool { self == .chat }

    /// The way that the command line asks for.
    package init(_ arguments: Arguments) {
        self = Self.allCases.first { $0.option.map { arguments.contains($0.label) } ?? false } ?? .standard
    }

    private static func options(_ isMeant: (ServingWay) -> Bool) -> [any CommandPart] {
        allCases.filter(isMeant).compactMap(\.option)
    }

    /// What leaves standard output free.
    static var standardOutput: StandardOutput {
        StandardOutput(
            isFreeWith: [Options.output, Options.sendOnly]
                + options { !$0.writesPayload && $0 != .activate })
    }

    /// What the ways exclude and need.
    static var rules: [Rule] {
        [
            .atMostOne(options { _ in true }.map(\.label)),
            .none(of: options { !$0.canUseOneDirection }, with: [Options.sendOnly, Options.recvOnly]),
            .none(of: options { !$0.writesPayload }, with: [Options.output]),
            // What is done with a connection is the program's.
            .none(
                of: [Options.activate],
                with: [
                    Options.keepOpen, Options.maxConnections, Options.allow, Options.deny,
                    Options.acceptProxy, Options.crlf,
                    Options.noHalfClose, Options.exitOnEOF, Options.frame, Options.hex, Options.record,
                    Options.stats, Options.interval, Options.raw, Options.idleTimeout, Options.setupTimeout,
                ] + Options.tlsServer),
        ] + options(\.needsMany).map { .that($0, needs: Options.keepOpen) }
    }
}
