// `sockctl send`: send data, a file or stdin whole, and print the reply.

import CommandSpec
import Framing
import Sockets

enum SendCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var policy = ConnectionPolicy(context.settings)
        var expectation = StandardService.Expectation()
        expectation.conversation = context.settings.framing?.conversation()
        let zeros = zeros(context, arguments)
        var replies = arguments[Options.replies]
        let source: any ByteSource
        let endpoint: Endpoint
        if let request = try HTTPRequest(context, arguments) {
            endpoint = request.endpoint
            source = PayloadSource(
                [.bytes(request.bytes)], isFramed: true, name: "request", repetitions: 1, delay: .zero,
                loop: context.loop)
            _ = try context.encoded([request.bytes], expectation.conversation)
            replies = replies ?? 1
        } else if zeros != nil {
            endpoint = try Endpoint(arguments[Operands.connectTo])
            source = EmptySource()
            policy.isMeasured = true
        } else {
            endpoint = try Endpoint(arguments[Operands.connectTo])
            expectation.script = try Script(
                arguments, context.settings.framing, expectation.conversation)
            source = try payload(
                context, arguments, expectation.conversation, readsInput: expectation.script == nil)
        }
        if let replies {
            // A server may take a half-close for a lost client, and the end is known without.
            policy.halfCloses = false
            policy.messageLimit = replies
            expectation.messageLimit = replies
            expectation.leastMessages = replies
        }
        if arguments[Options.noHalfClose] { policy.halfCloses = false }
        // Of what was sent to be measured nobody wants a copy.
        policy.receives = !arguments[Options.noReply] && zeros == nil
        if policy.receives { context.beginPayload() }
        let count = arguments[Options.parallel] ?? 1
        let service: any Service =
            if let zeros {
                count > 1
                    ? ZeroService(zeros)
                    : StandardService(context, input: zeros(), shows: false)
            } else {
                StandardService(context, input: source, shows: policy.receives, expecting: expectation)
            }
        let connections = Connections(context, policy, service)
        if arguments[Options.listen] {
            let acceptor = Acceptor(
                context, access: try AccessList(context, arguments, at: endpoint))
            acceptor.tls = try context.tlsServer(at: endpoint, arguments)
            connections.accept(with: acceptor, at: endpoint)
        } else {
            try connections.connect(to: endpoint, arguments, count: count)
        }
    }

    /// Where zeros come from, if they are asked for.
    private static func zeros(_ context: Context, _ arguments: Arguments) -> (() -> ZeroSource)? {
        let (size, time) = (arguments[Options.zero], arguments[Options.duration])
        guard size != nil || time != nil else { return nil }
        return {
            let isRecord = context.settings.framing?.keepsBoundaries == true
            return ZeroSource(
                size ?? .max, inPiecesOf: isRecord ? MessageFraming.record : ZeroSource.block.count,
                for: time,
                context.loop
            ) {
                context.reporter.notice(
                    "the time is over, and the peer has not taken all yet: --deadline would bound how long that is waited for"
                )
            }
        }
    }

    /// - Parameter readsInput: whether stdin is sent where nothing else is named.
    private static func payload(
        _ context: Context, _ arguments: Arguments, _ conversation: (any Conversation)?, readsInput: Bool
    ) throws(Failure) -> any ByteSource {
        if let file = arguments[Options.replay] {
            return ReplaySource(
                try context.openRecording(file), role: .client,
                connection: arguments[Options.replayConnection],
                keepsBoundaries: context.settings.framing?.keepsBoundaries == true,
                loop: context.loop)
        }
        let repetitions = arguments[Options.repeat] ?? 1
        let delay = arguments[Options.delay] ?? .zero
        let data = arguments[Operands.data]
        if !data.isEmpty {
            let messages = try context.encoded(data.map(\.bytes), conversation)
            return PayloadSource(
                messages.map { .bytes($0) }, isFramed: context.settings.framing != nil, name: "DATA",
                repetitions: repetitions, delay: delay,
                loop: context.loop)
        }
        guard readsInput || arguments.has(Options.file) else { return EmptySource() }
        guard let channel = try context.input(arguments) else {
            throw Failure("read", "stdin", .badDescriptor, status: .inputOutput)
        }
        guard repetitions > 1 else {
            return context.framed(ChannelSource(channel), conversation, delay: delay)
        }
        guard let start = channel.descriptor.offset() else {
            throw Failure(
                "read", channel.name,
                words: "with --repeat it is read several times, and this can be read only once",
                status: .usage, hint: "give a regular file")
        }
        let isFramed = context.settings.framing != nil
        let whole = PayloadSource(
            [.file(channel, from: start)], name: channel.name, repetitions: repetitions,
            delay: isFramed ? .zero : delay,
            loop: context.loop)
        return context.framed(whole, conversation, delay: delay)
    }
}

extension HTTPRequest {
    /// The request that `--http` asks for.
    fileprivate init?(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let words = arguments[Operands.connectTo]
        guard let method = arguments[Options.http], let url = words.first else { return nil }
        guard words.count == 1 else {
            throw Failure(
                "URL", url.quoted, words: "one word, and \(words[1].quoted) follows it", status: .usage,
                hint: "a URL is written http://HOST[:PORT][/PATH]")
        }
        try self.init(
            method: method, url: url, over: arguments[Options.unixSocket],
            headers: arguments.all(Options.header),
            data: try arguments[Options.data].map { (data) throws(Failure) in
                try context.contents(
                    data, instead: "'sockctl send --file FILE HOST PORT' sends a request of any length")
            })
    }
}
