// Hands what one peer sends to the reporter, which writes it in its format: what each call received, or with
// framing each message.

import CommandSpec
import Sockets

final class ReportingSink: ByteSink {
    private let payload: PayloadOutput
    private let connection: ConnectionIdentity
    private let cutter: MessageCutter?
    private let needsMessage: Bool
    private var hasEnded = false
    private(set) var failure: Failure?

    var channel: Channel? { nil }
    var name: String { payload.name }
    var messages: Int? { cutter?.count }
    var onReady: (() -> Void)?
    var wantsReady = false { didSet { if wantsReady, !oldValue { waitForRoom() } } }

    /// - Parameter needsMessage: whether it is a failure if not a single one comes.
    init(
        _ payload: PayloadOutput, _ connection: ConnectionIdentity, _ cutter: MessageCutter?,
        needsMessage: Bool = false
    ) {
        self.needsMessage = needsMessage
        self.payload = payload
        self.connection = connection
        self.cutter = cutter
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if let error = payload.error { throw error }
        if payload.isFull { throw .wouldBlock }
        if let cutter {
            take { (body) throws(FramingError) in _ = try cutter.cut(bytes, body) }
            if failure != nil { throw .badMessage }
        } else {
            payload.write(bytes, of: connection)
        }
        if let error = payload.error { throw error }
        return bytes.byteCount
    }

    /// The stream has ended, well or not: what belongs to no message is written as it is.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if let cutter {
            if failure == nil { take { (body) throws(FramingError) in try cutter.finish(body) } }
            let rest = cutter.remainder
            if !rest.isEmpty { payload.write(unsafe rest.span.bytes, of: connection) }
            if needsMessage, failure == nil, cutter.count == 0 {
                let words = "the server closed the connection without a response"
                failure = Failure("receive", connection.name, words: words, status: .connectionLost)
            }
        }
        payload.end(of: connection)
        payload.close()
    }

    private func take(_ cutting: (MessageBody) throws(FramingError) -> Void) {
        payload.context.gather { cut(cutting) }
    }

    private func cut(_ cutting: (MessageBody) throws(FramingError) -> Void) {
        guard let cutter else { return }
        do throws(FramingError) {
            try cutting { message, detail in
                let report = MessageReport(connection, number: cutter.number, message, detail)
                do throws(FramingError) {
                    try payload.write(message, report)
                } catch {
                    failure = failure ?? Failure("write", name, message: report.number, error)
                }
                return .proceed
            }
        } catch {
            failure = failure ?? cutter.failure(error, "receive", connection.name)
        }
    }

    private func waitForRoom() {
        payload.whenRoom { [weak self] in
            guard let self, wantsReady else { return }
            wantsReady = false
            onReady?()
        }
    }
}
