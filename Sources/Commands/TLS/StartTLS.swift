// STARTTLS: what is said in plain before TLS begins, of SMTP (RFC 3207), IMAP (RFC 9051, section 6.2.1) and PostgreSQL.
// Whoever refuses gets nothing more in plain; whatever comes after the consent and before the handshake was put there by
// somebody in between, and is never payload.

import CommandSpec
import Sockets
import TLS

enum StartTLS: String, CaseIterable {
    case smtp, imap, postgres

    /// The conversation, line by line, or byte by byte.
    struct Conversation: Preamble {
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

        /// Byte by byte, so that nothing of what follows the consent is taken.
        var wanted: Int { 1 }
        /// A server waits for the handshake now.
        var mayBeFollowed: Bool { false }

        mutating func take(_ bytes: [UInt8]) -> PreambleStep {
            guard let byte = bytes.first else { return .wait }
            count += 1
            guard count < Self.longest else { return refused("it says too much") }
            if variant == .postgres { return postgres(byte) }
            line.append(byte)
            guard byte == UInt8(ascii: "\n") else { return .wait }
            defer { line = [] }
            return variant == .smtp ? smtp() : imap()
        }

        /// One letter, or an ErrorResponse: its length, and fields that end with a zero byte, of which M is the message.
        private mutating func postgres(_ byte: UInt8) -> PreambleStep {
            line.append(byte)
            switch line[0] {
            case UInt8(ascii: "S"): return .done
            case UInt8(ascii: "E"):
                guard line.count >= 5 else { return .wait }
                let length = line[1..<5].reduce(0) { $0 << 8 | Int($1) }
                guard line.count > length || length > 10_000 else { return .wait }
                let message = line.dropFirst(5).split(separator: 0).first { $0.first == UInt8(ascii: "M") }
                return refused("it answered '\(Self.text(Array(message?.dropFirst() ?? line[...])))'")
            case UInt8(ascii: "N"): return refused("it has no TLS (it answered 'N')")
            default: return unexpected
            }
        }

        private mutating func smtp() -> PreambleStep {
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
                guard isOffered else { return refused("it does not offer STARTTLS") }
                stage = 2
                return .send(Array("STARTTLS\r\n".utf8))
            case (2, UInt8(ascii: "2")): return .done
            default: return unexpected
            }
        }

        private mutating func imap() -> PreambleStep {
            if stage == 0 {
                guard line.starts(with: "* OK".utf8) || line.starts(with: "* PREAUTH".utf8) else {
                    return unexpected
                }
                stage = 1
                return .send(Array("a1 STARTTLS\r\n".utf8))
            }
            if line.starts(with: "a1 OK".utf8) { return .done }
            return line.starts(with: "a1 ".utf8) || line.starts(with: "* BYE".utf8) ? unexpected : .wait
        }

        private var unexpected: PreambleStep { refused("it answered '\(Self.text(line))'") }

        private func refused(_ why: String) -> PreambleStep {
            .failed(failure("the server does not begin TLS: \(why)"))
        }

        private func failure(_ words: String) -> Failure {
            Failure("tls", nil, .tls(TLSError(words, code: "STARTTLS")))
        }

        func failure(_ trouble: PreambleTrouble) -> Failure {
            switch trouble {
            case .unsent(let error): failure("the server could not be asked for TLS: \(error.message)")
            case .broke(let error):
                failure("the connection broke before TLS could begin: \(error.message)")
            case .ended: failure("the server closed the connection before TLS could begin")
            case .followed, .foreign:
                failure(
                    "something in plain came after the server's consent to TLS: "
                        + "somebody in between may have put it there")
            }
        }

        private static func text(_ line: [UInt8]) -> String {
            let end = line.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? line.endIndex
            return TerminalEscaper.joined(String(decoding: line[..<min(end, 80)], as: UTF8.self))
        }
    }

    /// As a step of a dialer: it hands on the same stream, on which TLS may begin.
    func step(_ context: Context) -> EstablishStep {
        EstablishStep(
            "the answer to STARTTLS",
            lateness: "it accepted, and did not agree to TLS in time",
            advice: "it did not say what --starttls waits for"
        ) { below, _, completion in
            let exchange = PreambleExchange(Conversation(self), over: below, context.loop) {
                completion($0.map { _ in below })
            }
            exchange.start()
            return exchange
        }
    }
}
