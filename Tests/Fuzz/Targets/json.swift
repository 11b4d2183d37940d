// Payload as JSON: what is read back is what was written. And what reads recordings takes what others take.

import FoundationEssentials

@testable import Commands
@testable import Sockets

func target(_ input: inout Input) {
    let isText = input.byte() & 1 == 1
    let bytes = input.remaining()
    if isText { checkReader(bytes) } else { checkPayload(bytes) }
}

private struct Fields: Decodable {
    let size: Int
    let text: String?
    let base64: String?
    let time: String
}

private func checkPayload(_ bytes: [UInt8]) {
    var lines = JSONLines()
    let connection = ConnectionIdentity(number: 1, local: nil, peer: .inet(.loopback, port: 1))
    var line: [UInt8] = []
    let event = DataReport(connection: connection, direction: .received, size: bytes.count)
    lines.append(event, payload: bytes.span.bytes, to: &line)
    check(line.last == 0x0a && !line.dropLast().contains(0x0a), "it is not one line")
    guard let event = try? JSONDecoder().decode(Fields.self, from: Data(line)) else {
        return check(false, "it is not JSON: \(String(decoding: line, as: UTF8.self))")
    }
    let payload =
        event.text.map { Array($0.utf8) } ?? event.base64.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    check(payload == bytes && event.size == bytes.count, "it is not the payload")
    check((event.text == nil) != (event.base64 == nil), "there is one of the two")
    check((event.text != nil) == (String(validating: bytes, as: UTF8.self) != nil), "text is what is UTF-8")
    check(Timestamp(event.time) != nil, "it has no time")
    let read = try? JSONReader.object(line)
    check(read?["text"]?.string == event.text && read?["size"]?.integer == event.size, "it is read otherwise")
    check(event.base64.flatMap { Base64.decode($0) } == (event.base64 == nil ? nil : bytes), "not the base64")
}

/// A text that Foundation refuses is refused, and one that it takes has the same fields.
private func checkReader(_ bytes: [UInt8]) {
    let fields = try? JSONReader.object(bytes)
    guard String(validating: bytes, as: UTF8.self) != nil, bytes.first == UInt8(ascii: "{") else { return }
    let expected = try? JSONDecoder().decode([String: AnyJSON].self, from: Data(bytes))
    // Foundation takes no number that a Double has no room for, and nothing deeper than 512.
    guard let fields, let expected else {
        return check(fields == nil || expected != nil || !isPlain(bytes), "taken")
    }
    check(Set(fields.keys) == Set(expected.keys), "\(fields.keys), but \(expected.keys)")
}

private func isPlain(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(UInt8(ascii: "e")) && !bytes.contains(UInt8(ascii: "E")) && bytes.count < 300
}
