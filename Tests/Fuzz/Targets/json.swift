// Payload as JSON: what is read back is what was written.

import FoundationEssentials

@testable import Commands
@testable import Sockets

private struct Event: Decodable {
    let size: Int
    let text: String?
    let base64: String?
    let time: String
}

func target(_ input: inout Input) {
    var lines = JSONLines()
    let connection = ConnectionIdentity(number: 1, local: nil, peer: .inet(.loopback, port: 1))
    let bytes = input.remaining()
    var line: [UInt8] = []
    lines.append(.received, bytes.span.bytes, of: connection, to: &line)
    check(line.last == 0x0a && !line.dropLast().contains(0x0a), "it is not one line")
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(line)) else {
        return check(false, "it is not JSON: \(String(decoding: line, as: UTF8.self))")
    }
    let payload =
        event.text.map { Array($0.utf8) } ?? event.base64.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    check(payload == bytes && event.size == bytes.count, "it is not the payload")
    check((event.text == nil) != (event.base64 == nil), "there is one of the two")
    check((event.text != nil) == (String(validating: bytes, as: UTF8.self) != nil), "text is what is UTF-8")
    check(Timestamp(event.time) != nil, "it has no time")
}
