// HTTP messages are cut and parsed as RFC 9112 says, however the stream is split.

import Sockets
import Testing

@testable import Commands

@Suite struct HTTPDecoderTests {
    @Test(arguments: HTTPTable.all)
    func verdict(of example: HTTPCase) {
        let outcome = HTTPOutcome(example.stream, answering: example.methods)
        switch (example.verdict, outcome.error) {
        case (.messages(let bodies), nil):
            let found = zip(outcome.raw, outcome.messages).map { raw, message in
                message.map { String(decoding: $0.body, as: UTF8.self) }
            }
            #expect(found == bodies)
            #expect(outcome.raw.flatMap(\.self) + outcome.remainder == example.stream)
        case (.refused(let section, let status), .http(_, let found, let foundStatus)):
            #expect(found == "RFC " + section.replacing(" ", with: ", section "))
            #expect(foundStatus == status)
        case (.tooLong, .tooLong), (.cutOff, .cutOff): break
        default: Issue.record("\(example.verdict), but \(outcome)")
        }
        // Whatever was wrong, no byte is lost.
        #expect(outcome.raw.flatMap(\.self) + outcome.remainder == example.stream)
    }

    @Test(arguments: HTTPTable.all)
    func howeverItIsSplit(_ example: HTTPCase) {
        let stream = example.stream
        let whole = HTTPOutcome(stream, answering: example.methods)
        func check(_ pieces: [ArraySlice<UInt8>], _ how: String) {
            var outcome = HTTPOutcome(pieces, answering: example.methods).joiningTunnels
            // After an error nothing more is taken: what was not yet fed is not in the remainder.
            if outcome.error != nil {
                #expect(whole.remainder.starts(with: outcome.remainder), "\(how)")
                outcome.remainder = whole.remainder
            }
            #expect(outcome == whole, "\(how)")
        }
        check(stream.indices.map { stream[$0...$0] }, "byte by byte")
        // All places where a short stream can be split, and some of a long one.
        for place in stride(from: 0, to: stream.count, by: 1 + stream.count * stream.count / 500_000) {
            check([stream[..<place], stream[place...]], "split at \(place)")
        }
    }
}
