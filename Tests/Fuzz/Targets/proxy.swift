// What is said with a proxy, and what a proxy says: in whatever pieces it comes, it means the same, and nothing is taken that
// follows it. A header that was understood is written as it was.

@testable import CommandSpec
@testable import Commands
@testable import Sockets

func target(_ input: inout Input) {
    let kind = input.byte() % 4
    let stream = input.remaining()
    guard let endpoint = try? Endpoint([Word("host:1")]),
        let target = try? ProxyTarget(endpoint, numeric: true)
    else { return check(false, "no target") }
    let credentials = ProxyCredentials(user: Array("me".utf8), password: Array("secret".utf8))
    let request = ProxyRequest(proxy: "P", target: target, credentials: kind % 2 == 0 ? nil : credentials)
    switch kind {
    case 0, 1:
        compare(SOCKS5(request), stream)
        compare(HTTPConnect(request), stream)
    case 2: compare(StartTLS.Conversation(.postgres), stream)
    default:
        compare(ProxyHeaderReader(), stream)
        compareHeader(stream)
    }
    if kind == 0 { read(stream) }
}

private struct Outcome: Equatable {
    var said: [UInt8] = []
    var taken = 0
    var result: String?
}

private func run<Words: Preamble>(_ words: inout Words, _ stream: [UInt8], pieces: Int) -> Outcome {
    var outcome = Outcome()
    while outcome.result == nil, words.wanted > 0, outcome.taken < stream.count {
        let piece = Array(stream[outcome.taken...].prefix(min(words.wanted, pieces)))
        outcome.taken += piece.count
        switch words.take(piece) {
        case .wait: break
        case .send(let bytes): outcome.said += bytes
        case .done: outcome.result = "done"
        // What was read past the mistake depends on the pieces.
        case .failed: outcome = Outcome(said: outcome.said, taken: 0, result: "no")
        case .foreign:
            check(words.failure(.foreign([])).text.utf8.count < 4096, "a long message")
            outcome = Outcome(said: outcome.said, taken: 0, result: "no")
        }
    }
    return outcome
}

private func compare(_ words: some Preamble, _ stream: [UInt8]) {
    var (whole, bytewise) = (words, words)
    let outcome = run(&whole, stream, pieces: .max)
    let other = run(&bytewise, stream, pieces: 1)
    if outcome.result == "no" || other.result == "no" {
        // The rest of a piece may say earlier that it cannot become anything.
        check(outcome.result != "done" && other.result != "done", "\(outcome), but bytewise \(other)")
    } else {
        check(outcome == other, "\(outcome), but bytewise \(other)")
    }
}

private func compareHeader(_ stream: [UInt8]) {
    var reader = ProxyHeaderReader()
    guard run(&reader, stream, pieces: .max).result == "done", let header = reader.header else { return }
    // What was ignored is not written, and a checksum is of all that was there.
    guard !header.isLocal, header.ends != nil, !header.tlvs.contains(where: { $0.type == 3 }) else { return }
    var again = ProxyHeaderReader()
    check(run(&again, header.bytes, pieces: .max).result == "done", "\(header) is not read again")
    check(again.header == header, "\(header) became \(String(describing: again.header))")
}

private func read(_ bytes: [UInt8]) {
    do throws(Failure) {
        let proxy = try Proxy(Word(bytes: bytes))
        check(proxy.text.contains("://"), proxy.text)
    } catch {
        check(error.status == .usage || error.status == .resolution, "\(error)")
    }
}
