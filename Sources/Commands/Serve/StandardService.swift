// Serves one connection with our standard streams: an input of ours goes to the peer, what the peer sends goes to stdout.

import CommandSpec
import Framing
import Sockets

final class StandardService: LocalService {
    private let context: Context
    private let input: (any ByteSource)?
    private let shows: Bool
    private let expectation: Expectation
    private var progress: Progress?
    /// How much is going to be sent, before the first of it is.
    private var fileLength: Int?

    /// What is expected of the peer.
    struct Expectation {
        /// How many messages are of interest.
        var messageLimit = Int.max
        /// How many bytes.
        var byteLimit = Int.max
        /// What is said in both directions, where the framing has to know it.
        var conversation: (any Conversation)?
        /// How many messages have to come: it is a failure if the peer closes before.
        var leastMessages = 0
    }

    /// - Parameters:
    ///   - input: nil if nothing is ever sent.
    ///   - shows: whether what is received is written out; otherwise it is let go.
    init(
        _ context: Context, input: (any ByteSource)?, shows: Bool,
        expecting expectation: Expectation = .init()
    ) {
        self.context = context
        self.input = input
        self.shows = shows
        self.expectation = expectation
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        fileLength = input?.fileLength
        return SourceAndSink(source: input, sink: shows ? sink(for: connection) : NullSink())
    }

    func began(_ connection: Connection) {
        progress = Progress(
            context, connection, sends: fileLength,
            receives: shows && context.payload.kind == .regular && !isTyped,
            inboundLength: expectation.byteLimit < .max ? expectation.byteLimit : nil)
        progress?.start()
    }

    func ended(_ identity: ConnectionIdentity) { progress?.end() }

    private var isTyped: Bool { input?.kernelEnd?.kind == .terminal }

    private func sink(for connection: ConnectionIdentity) -> any ByteSink {
        context.isSending = input != nil
        if input != nil, context.outputs.stdoutIsClosed, !context.outputs.writesToFile {
            return ClosedOutputSink(context, name: context.payload.name)
        }
        if let framing = context.settings.framing {
            return showing(
                connection,
                framing.socketCutter(limit: expectation.messageLimit, expectation.conversation))
        }
        guard context.showsPayload else { return NullSink() }
        guard context.writesPayloadUnchanged else { return showing(connection, nil) }
        return ChannelSink(context.payload) { [context] in context.closePayload() }
    }

    private func showing(_ connection: ConnectionIdentity, _ cutter: MessageCutter?) -> ReceivingSink {
        ReceivingSink(
            context, of: connection, showing: .payload(PayloadOutput(context, expectation.conversation)),
            cutter: cutter,
            leastMessages: expectation.leastMessages, closesPayload: true)
    }
}
