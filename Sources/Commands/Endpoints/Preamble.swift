// What is said on a connection before its payload: to a proxy, by a proxy, before TLS. Who says what is a pure value; here
// it meets a stream. No byte is taken that may belong to what follows.

import Sockets

/// What is said before, fed with what comes.
protocol Preamble {
    /// What is said first; empty where the other side begins.
    var opening: [UInt8] { get }
    /// How many bytes are sure to belong to it still. Zero if nothing has to come.
    var wanted: Int { get }
    /// Takes at most as many bytes as are wanted.
    mutating func take(_ bytes: [UInt8]) -> PreambleStep
    func failure(_ trouble: PreambleTrouble) -> Failure
    /// Whether the other side may go on at once. Otherwise what follows was put there by somebody in between.
    var mayBeFollowed: Bool { get }
}

extension Preamble {
    var opening: [UInt8] { [] }
    var mayBeFollowed: Bool { true }
}

/// What is to be done next.
enum PreambleStep {
    case wait
    case send([UInt8])
    case done
    case failed(Failure)
    /// The other side speaks something else. What more has come says what.
    case foreign
}

/// What may happen to it.
enum PreambleTrouble {
    /// What was to be said could not be sent.
    case unsent(Errno)
    case broke(Errno)
    case ended
    /// Something followed that may not.
    case followed
    /// The other side speaks something else, and this is the rest of what it said.
    case foreign([UInt8])
}

/// A preamble on one stream.
final class PreambleExchange<Words: Preamble>: StreamWaiter {
    private let below: any Stream
    private var words: Words
    private unowned let loop: EventLoop
    private let completion: (Result<Words, Failure>) -> Void
    private var isDone = false
    private let buffer = ByteBuffer(capacity: 512)

    /// - Parameter completion: called once, later and not from `start`, with all that was said.
    init(
        _ words: Words, over below: any Stream, _ loop: EventLoop,
        _ completion: @escaping (Result<Words, Failure>) -> Void
    ) {
        self.words = words
        self.below = below
        self.loop = loop
        self.completion = completion
    }

    func start() {
        below.reader = self
        guard say(words.opening) else { return }
        if words.wanted == 0 { conclude(.success(words)) } else { below.wantsRead = true }
    }

    /// What is said is short, and the buffer of a new connection empty.
    private func say(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        do throws(Errno) {
            guard try unsafe below.write(bytes.span.bytes) == bytes.count else { throw .brokenPipe }
            return true
        } catch {
            conclude(.failure(words.failure(.unsent(error))))
            return false
        }
    }

    func run() {
        while !isDone {
            do throws(Errno) {
                let bytes = try read(words.wanted)
                guard !bytes.isEmpty else { return conclude(.failure(words.failure(.ended))) }
                follow(words.take(bytes))
            } catch .wouldBlock {
                return
            } catch {
                conclude(.failure(words.failure(.broke(error))))
            }
        }
    }

    private func read(_ count: Int) throws(Errno) -> [UInt8] {
        _ = try buffer.fill(limit: count) { [below] (span) throws(Errno) in try below.read(into: &span) }
        return buffer.emptied()
    }

    private func follow(_ step: PreambleStep) {
        switch step {
        case .wait: break
        case .send(let bytes): _ = say(bytes)
        case .done where words.mayBeFollowed || below.unread ?? 0 == 0: conclude(.success(words))
        case .done: conclude(.failure(words.failure(.followed)))
        case .failed(let failure): conclude(.failure(failure))
        case .foreign: conclude(.failure(words.failure(.foreign((try? read(80)) ?? []))))
        }
    }

    /// Not from here: whoever began it has to have returned.
    private func conclude(_ result: Result<Words, Failure>) {
        guard !isDone else { return }
        isDone = true
        below.wantsRead = false
        below.reader = nil
        loop.schedule(after: .zero) { [completion] in completion(result) }
    }
}

/// What somebody said who should have said something else, for a message.
enum Utterance {
    /// The first line in quotation marks, or bytes in hexadecimal where it is no text.
    static func quoted(_ bytes: [UInt8]) -> String {
        let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }.prefix(60)
        if !line.isEmpty, line.allSatisfy({ (0x20...0x7e).contains($0) }) {
            return "'\(String(decoding: line, as: UTF8.self))'"
        }
        let digits = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "the bytes \(digits.joined(separator: " "))"
    }
}
