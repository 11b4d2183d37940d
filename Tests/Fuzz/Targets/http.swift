// HTTP messages: the same however a stream is split, within the limit, nothing lost, and fit for JSON, for
// being sent and for being answered.

@testable import Commands
@testable import Framing

func target(_ input: inout Input) {
    let maxMessage = input.element(of: [64, 200, 1 << 20])
    let methods = input.element(of: [[], ["HEAD"], ["CONNECT"], ["GET", "HEAD"]])
    let cuts = (0..<4).map { _ in Int(input.byte()) }
    let stream = input.remaining()

    let pieces = pieces(of: stream, cuts)
    let whole = HTTPOutcome(stream, answering: methods, maxMessage: maxMessage)
    let split = HTTPOutcome(pieces, answering: methods, maxMessage: maxMessage)
    let joined = split.joiningTunnels
    check(
        joined.messages == whole.messages && joined.raw == whole.raw && joined.error == whole.error,
        "in \(pieces.map(\.count)): \(whole), but \(joined)")
    check(whole.raw.flatMap(\.self) + whole.remainder == stream, "something is lost: \(whole)")
    let longest = pieces.map(\.count).max() ?? 0
    check(split.remainder.count <= maxMessage + longest, "\(split.remainder.count) bytes are held")

    for case let message? in whole.messages {
        var writer = JSONWriter()
        var json: [UInt8] = []
        HTTPReport(message: message).write(to: &writer)
        writer.drain(into: &json)
        check((try? JSONReader.object(json)) != nil, "\(message)")
        guard case .request(let method, _) = message.start else { continue }
        checkAnswer(HTTPReply(Array("hello".utf8)).answer(to: HTTPDetail(message), in: nil), method)
        let written = HTTPReply(Array("HTTP/".utf8) + stream).answer(to: HTTPDetail(message), in: nil)
        check(written?.shared == [Array("HTTP/".utf8) + stream], "\(String(describing: written))")
    }
    if let error = whole.error { checkAnswer(HTTPReply.refusal(of: error), "GET") }
    checkEncoder(whole)
}

/// What was decoded can be sent; what follows a message that ends with the connection cannot.
private func checkEncoder(_ outcome: HTTPOutcome) {
    let encoder = HTTPEncoder()
    for (raw, message) in zip(outcome.raw, outcome.messages) where message?.isRequest == true {
        var output: [UInt8] = []
        do throws(FramingError) {
            try encoder.encode(raw.span.bytes, into: &output)
            check(output == raw, "\(raw) became \(output)")
        } catch {
            // Empty lines before a request are read, and not to be sent.
            check(raw.first == 0x0d, "\(raw): \(error.message)")
        }
        if case .request("CONNECT", _)? = message?.start { return }
    }
}

/// An answer of our own is one response, and whole.
private func checkAnswer(_ answer: Answer?, _ method: String) {
    guard let answer else { fatalError("no answer to \(method)") }
    let bytes = answer.head + answer.shared.flatMap(\.self)
    let outcome = HTTPOutcome(bytes, answering: [method])
    check(outcome.error == nil && outcome.raw == [bytes], "\(answer): \(outcome)")
}
