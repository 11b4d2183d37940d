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
        /// What is said before the input is.
        var script: Script?
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
        let script = expectation.script.map {
            ScriptedInput($0, on: connection, then: input ?? EmptySource(), context)
        }
        let source: (any ByteSource)? = script ?? input
        fileLength = source?.fileLength
        return SourceAndSink(source: source, sink: shows ? sink(for: connection, script) : NullSink())
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

    private func sink(for connection: ConnectionIdentity, _ script: ScriptedInput?) -> any ByteSink {
        context.isSending = input != nil || script != nil
        let isLost = context.isSending && context.outputs.stdoutIsClosed && !context.outputs.writesToFile
        let framing = context.settings.framing
        if !isLost, script == nil, framing == nil {
            guard context.showsPayload else { return NullSink() }
            if context.writesPayloadUnchanged {
                return ChannelSink(context.payload) { [context] in context.closePayload() }
            }
        }
        return ReceivingSink(
            context, of: connection,
            showing: isLost ? .lost(context) : .payload(PayloadOutput(context, expectation.conversation)),
            cutter: framing?.socketCutter(limit: expectation.messageLimit, expectation.conversation),
            receiver: script, leastMessages: expectation.leastMessages, closesPayload: true)
    }
}
