// What is to be sent: the DATA operands, each a datagram, or an input whole as one.

import CommandSpec
import Sockets

enum DatagramInput {
    /// More than any datagram over IP holds.
    private static let limit = 1 << 20
    /// More than anybody sends one by one.
    private static let framedLimit = 256 << 20

    /// Reads what is to be sent, and hands it to `body`, each datagram by itself.
    static func read(
        _ context: Context, _ arguments: Arguments, _ body: @escaping ([[UInt8]]) -> Void
    ) throws(Failure) {
        let crlf = context.settings.crlf
        let data = arguments[Operands.data]
        if !data.isEmpty { return body(data.map { encoded($0.bytes, crlf: crlf) }) }
        guard let channel = try context.input(arguments) else {
            throw Failure("read", "stdin", .badDescriptor, status: .inputOutput)
        }
        let reading = Reading(context, channel)
        context.run.begin(reading)
        let framing = context.settings.framing
        readWhole(channel, limit: framing == nil ? limit : framedLimit) { [unowned context] result in
            defer { context.run.end(reading) }
            do throws(Failure) {
                let bytes = try result.get()
                guard let framing else { return body([encoded(bytes, crlf: crlf)]) }
                body(try framing.cut(bytes, of: channel.name))
            } catch {
                context.finish(error)
            }
        }
    }

    /// The input, while it is read.
    private final class Reading: RunTask {
        private unowned let context: Context
        private let channel: Channel

        init(_ context: Context, _ channel: Channel) {
            self.context = context
            self.channel = channel
        }

        func interrupt(_ interruption: Interruption) {
            channel.close()
            context.run.end(self)
        }
    }

    /// Bytes as they go out.
    static func encoded(_ bytes: [UInt8], crlf: Bool) -> [UInt8] {
        guard crlf else { return bytes }
        var encoder = CRLFEncoder()
        var result: [UInt8] = []
        unsafe encoder.encode(bytes.span.bytes, into: &result)
        return result
    }

    private static func readWhole(
        _ channel: Channel, limit: Int, _ body: @escaping (Result<[UInt8], Failure>) -> Void
    ) {
        let buffer = ByteBuffer(capacity: limit + 1)
        channel.onReadable = { [unowned channel] in
            do throws(Errno) {
                while buffer.space > 0 {
                    let count = try buffer.fill { (span) throws(Errno) in try channel.read(into: &span) }
                    if count == 0 { break }
                }
            } catch .wouldBlock {
                return
            } catch {
                channel.wantsRead = false
                return body(.failure(Failure("read", channel.name, error, status: .inputOutput)))
            }
            channel.wantsRead = false
            guard buffer.space > 0 else {
                return body(.failure(.tooLong(channel.name, "more than \(limit) bytes", SocketAddress?.none)))
            }
            var bytes: [UInt8] = []
            _ = buffer.drain { span in
                unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
                return span.byteCount
            }
            body(.success(bytes))
        }
        channel.wantsRead = true
    }
}

extension MessageFraming {
    /// The messages of an input that is there as a whole.
    fileprivate func cut(_ bytes: [UInt8], of name: String) throws(Failure) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        let cutter = localCutter()
        func take(_ message: RawSpan, _: (any MessageDetail)?) -> Verdict {
            var copy: [UInt8] = []
            copy.append(message)
            messages.append(copy)
            return .proceed
        }
        do throws(FramingError) {
            _ = try unsafe cutter.cut(bytes.span.bytes, take)
            try cutter.finishInput(take)
        } catch {
            throw cutter.failure(error, "read", name)
        }
        return messages
    }
}

extension Failure {
    /// A datagram that no packet holds.
    static func tooLong(_ operand: String, _ size: String, _ address: SocketAddress?) -> Failure {
        let most =
            address.flatMap { address in
                address.longestDatagram.map {
                    ", and over \(address.family == .inet ? "IPv4" : "IPv6") one holds \($0)"
                }
            } ?? ""
        return Failure(
            "send", operand, words: "\(size) do not fit into a datagram\(most)", status: .malformed,
            hint: "send a stream with 'sockctl send', or several datagrams: each DATA is one")
    }
}
