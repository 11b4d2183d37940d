// STARTTLS: what is said in plain before TLS begins, of SMTP (RFC 3207), IMAP (RFC 9051, section 6.2.1) and PostgreSQL.
// Whoever refuses gets nothing more in plain; whatever comes after the consent and before the handshake was put there by
// somebody in between, and is never payload.

import CommandSpec
import Sockets
import TLS

enum StartTLS: String, CaseIterable {
    case smtp, imap, postgres

    /// What is to be done next.
    enum Step {
        case send([UInt8])
        case wait
        /// The server is ready for the handshake.
        case consented
        case refused(String)
    }

    /// The conversation, fed with what comes line by line, or byte by byte.
    struct Conversation {
        let variant: StartTLS
        private var stage = 0
        private var isOffered = false
        private var line: [UInt8] = []

        /// More than any greeting needs.
        private static let longest = 64 << 10
        private var count = 0

        init(_ variant: StartTLS) { self.variant = variant }

        /// What is said first.
        var opening: [UInt8] {
            // SSLRequest: its length, and the code 80877103.
            variant == .postgres ? [0, 0, 0, 8, 4, 210, 22, 47] : []
        }

        /// Takes one byte of the server's.
        mutating func take(_ byte: UInt8) -> Step {
            count += 1
            guard count < Self.longest else { return .refused("it says too much") }
            if variant == .postgres { return postgres(byte) }
            line.append(byte)
            guard byte == UInt8(ascii: "\n") else { return .wait }
            defer { line = [] }
            return variant == .smtp ? smtp() : imap()
        }

        /// One letter, or an ErrorResponse: its length, and fields that end with a zero byte, of which M is the message.
        private mutating func postgres(_ byte: UInt8) -> Step {
            line.append(byte)
            switch line[0] {
            case UInt8(ascii: "S"): return .consented
            case UInt8(ascii: "E"):
                guard line.count >= 5 else { return .wait }
                let length = line[1..<5].reduce(0) { $0 << 8 | Int($1) }
                guard line.count > length || length > 10_000 else { return .wait }
                let message = line.dropFirst(5).split(separator: 0).first { $0.first == UInt8(ascii: "M") }
                return .refused("it answered '\(Self.text(Array(message?.dropFirst() ?? line[...])))'")
            case UInt8(ascii: "N"): return .refused("it has no TLS (it answered 'N')")
            default: return refused
            }
        }

        private mutating func smtp() -> Step {
            // 'ddd-' goes on, 'ddd ' ends an answer.
            let isLast = line.count < 4 || line[3] != UInt8(ascii: "-")
            if stage == 1 {
                let word = line.dropFirst(4).prefix { $0 > 0x20 }
                if String(decoding: word, as: UTF8.self).uppercased() == "STARTTLS" { isOffered = true }
            }
            guard isLast else { return .wait }
            switch (stage, line.first) {
            case (0, UInt8(ascii: "2")):
                stage = 1
                return .send(Array("EHLO sockctl\r\n".utf8))
            case (1, UInt8(ascii: "2")):
                guard isOffered else { return .refused("it does not offer STARTTLS") }
                stage = 2
                return .send(Array("STARTTLS\r\n".utf8))
            case (2, UInt8(ascii: "2")): return .consented
            default: return refused
            }
        }

        private mutating func imap() -> Step {
            if stage == 0 {
                guard line.starts(with: "* OK".utf8) || line.starts(with: "* PREAUTH".utf8) else {
                    return refused
                }
                stage = 1
                return .send(Array("a1 STARTTLS\r\n".utf8))
            }
            if line.starts(with: "a1 OK".utf8) { return .consented }
            return line.starts(with: "a1 ".utf8) || line.starts(with: "* BYE".utf8) ? refused : .wait
        }

        private var refused: Step { .refused("it answered '\(Self.text(line))'") }

        private static func text(_ line: [UInt8]) -> String {
            let end = line.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? line.endIndex
            return TerminalEscaper.joined(String(decoding: line[..<min(end, 80)], as: UTF8.self))
        }
    }

    /// As a step of a dialer: it hands on the same stream, on which TLS may begin.
    func step(_ context: Context) -> EstablishStep {
        { below, _, completion in
            let exchange = Exchange(Conversation(self), below, context.loop, completion)
            exchange.start()
            return exchange
        }
    }

    /// The exchange with one server.
    private final class Exchange: StreamWaiter {
        private let below: any Stream
        private var conversation: Conversation
        private unowned let loop: EventLoop
        private let completion: (Result<any Stream, Failure>) -> Void
        private var isDone = false
        private let letter = ByteBuffer(capacity: 1)

        init(
            _ conversation: Conversation, _ below: any Stream, _ loop: EventLoop,
            _ completion: @escaping (Result<any Stream, Failure>) -> Void
        ) {
            self.conversation = conversation
            self.below = below
            self.loop = loop
            self.completion = completion
        }

        func start() {
            below.reader = self
            if say(conversation.opening) { below.wantsRead = true }
        }

        /// What is said is short, and the buffer of a new connection empty.
        private func say(_ bytes: [UInt8]) -> Bool {
            guard !bytes.isEmpty else { return true }
            do throws(Errno) {
                guard try unsafe below.write(bytes.span.bytes) == bytes.count else { throw .brokenPipe }
                return true
            } catch {
                conclude(failure("the server could not be asked for TLS: \(error.message)"))
                return false
            }
        }

        /// Byte by byte, so that nothing of what follows the consent is taken.
        func run() {
            while !isDone {
                do throws(Errno) {
                    let count = try letter.fill(limit: 1) { (span) throws(Errno) in
                        try below.read(into: &span)
                    }
                    guard count == 1, let byte = letter.emptied().first else {
                        return conclude(failure("the server closed the connection before TLS could begin"))
                    }
                    switch conversation.take(byte) {
                    case .wait: break
                    case .send(let bytes): guard say(bytes) else { return }
                    case .consented: return consented()
                    case .refused(let why):
                        return conclude(failure("the server does not begin TLS: \(why)"))
                    }
                } catch .wouldBlock {
                    return
                } catch {
                    return conclude(failure("the connection broke before TLS could begin: \(error.message)"))
                }
            }
        }

        private func consented() {
            // A server waits for the handshake now.
            guard below.unread ?? 0 == 0 else {
                return conclude(
                    failure(
                        "something in plain came after the server's consent to TLS: "
                            + "somebody in between may have put it there"))
            }
            conclude(nil)
        }

        private func failure(_ words: String) -> Failure {
            Failure("tls", nil, .tls(TLSError(words, code: "STARTTLS")))
        }

        private func conclude(_ failure: Failure?) {
            guard !isDone else { return }
            isDone = true
            below.wantsRead = false
            below.reader = nil
            loop.schedule(after: .zero) { [self] in
                completion(failure.map { .failure($0) } ?? .success(below))
            }
        }
    }
}
