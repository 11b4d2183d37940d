// Looks at what one leg of a relay sends: cut into messages where there is framing, and told. It changes nothing and
// refuses nothing: what is no message is reported, and passed on like everything else.

import CommandSpec
import Framing
import Sockets

final class RelayWatch: Observer {
    private let context: Context
    /// Nil without framing, and after what could not be cut.
    private var cutter: MessageCutter?
    private let exchange: RelayExchange
    private(set) var messages = 0

    private init(_ context: Context, _ cutter: MessageCutter?, _ exchange: RelayExchange) {
        self.context = context
        self.cutter = cutter
        self.exchange = exchange
    }

    /// Others get their turn, too, where bytes are many messages.
    var mostAtOnce: Int { cutter == nil ? .max : 16 << 10 }

    /// Both legs of a connection; nil where nobody looks.
    static func pair(_ context: Context) -> (client: RelayWatch, server: RelayWatch)? {
        let framing = context.settings.framing
        guard framing != nil || context.settings.json else { return nil }
        let conversation = framing?.conversation()
        let exchange = RelayExchange()
        func watch(_ flow: Flow) -> RelayWatch {
            RelayWatch(context, framing?.relayCutter(conversation, flow), exchange)
        }
        return (watch(.incoming), watch(.outgoing))
    }

    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
    {
        guard let cutter else {
            if context.settings.framing == nil { show(bytes, connection) }
            return
        }
        context.gather {
            do throws(FramingError) {
                _ = try cutter.cut(bytes) { take($0, $1, cutter, connection) }
            } catch {
                malformed(error, cutter, connection)
            }
        }
    }

    /// The leg has sent all.
    func finish(_ connection: ConnectionIdentity) {
        guard let cutter else { return }
        do throws(FramingError) {
            try cutter.finish { take($0, $1, cutter, connection) }
        } catch {
            malformed(error, cutter, connection)
        }
        self.cutter = nil
    }

    private func take(
        _ bytes: RawSpan, _ detail: (any MessageDetail)?, _ cutter: MessageCutter,
        _ connection: ConnectionIdentity
    ) -> Verdict {
        var report = MessageReport(connection, number: cutter.number, bytes, detail)
        messages = cutter.number
        exchange.relate(&report)
        if context.settings.json || !context.settings.recordsToStdout {
            context.output.append { context.reporter.render(relayed: report, bytes, into: &$0) }
        }
        return .proceed
    }

    private func malformed(
        _ error: FramingError, _ cutter: MessageCutter, _ connection: ConnectionIdentity
    ) {
        self.cutter = nil
        var failure = cutter.failure(error, "receive", connection.name)
        let rest = cutter.remainder
        if !rest.isEmpty { show(unsafe rest.span.bytes, connection) }
        failure.hint =
            "what the \(connection.leg?.rawValue ?? "peer") sends is passed on as it is from here on"
        context.reporter.report(Failed(failure: failure))
    }

    /// What is no message is shown where there are events.
    private func show(_ bytes: RawSpan, _ connection: ConnectionIdentity) {
        guard context.settings.json else { return }
        context.output.append { context.reporter.render(bytes, of: connection, into: &$0) }
    }
}

/// Which response belongs to which request, and how long it took.
final class RelayExchange {
    private var requests: ArraySlice<(number: Int, time: Instant)> = []
    /// How many came after these, and are not told apart.
    private var untold = 0
    /// More than a client has under way.
    private static let limit = 4096

    func relate(_ report: inout MessageReport) {
        guard let http = report.http, report.detail?.isInterim == false else { return }
        if case .request = http.start {
            if untold == 0, requests.count < Self.limit {
                requests.append((report.number, .now))
            } else {
                untold += 1
            }
        } else if let request = requests.popFirst() {
            report.answerTo = request.number
            report.took = Instant.now - request.time
        } else if untold > 0 {
            untold -= 1
        }
    }
}
