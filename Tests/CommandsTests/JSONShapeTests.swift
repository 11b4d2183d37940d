// What the JSON reporter writes is what sockctl-json(7) documents: the same fields, and none besides.

import CommandSpec
import Foundation
import Sockets
import Testing

@testable import Commands

@Suite struct JSONShapeTests {
    static let connection = ConnectionIdentity(
        number: 1, local: .inet(.loopback, port: 1), peer: .inet6(.loopback, port: 2),
        connecting: ConnectTime(total: .seconds(1), lookUp: .zero, handshake: .seconds(1)))
    static let events: [JSONEvent] = [
        JSONEvent(.listening([.inet(.loopback, port: 1), .unix(.abstract([0x61]))])),
        JSONEvent(.connected(connection)),
        JSONEvent(.accepted(connection)),
        JSONEvent(.eof(connection, by: .peer)),
        JSONEvent(
            .closed(
                connection,
                ClosingAccount(
                    by: .peer, how: .eof,
                    received: .init(bytes: 1 << 20, messages: 1, pace: Pace(time: .seconds(1))),
                    sent: .init(), duration: .zero,
                    tcp: TCPInfo(bytes: [UInt8](repeating: 1, count: 280))))),
        JSONEvent(.refused(.inet(.loopback, port: 1), reason: "denied")),
        JSONEvent(.failed(failure)),
        JSONEvent(.starved(failure)),
        JSONEvent(.acceptingAgain),
    ]
    static let datagram = DatagramReport(
        number: 1, peer: .inet(.loopback, port: 1), local: .inet(.loopback, port: 2), interface: "lo",
        timestamp: .now, hopLimit: 64, length: 2, isTruncated: true, droppedBefore: 1,
        answer: .init(number: 1, time: .milliseconds(1)))
    static let summary = DatagramSummary(
        roundTrips: RoundTripSummary(
            answered: 1, lost: 0, times: (.milliseconds(1), .milliseconds(1), .milliseconds(1))))
    static let lines: [[UInt8]] =
        events.map { JSONLines().line($0) } + [
            line { $0.append(datagram, [0xff].span.bytes, to: &$1) },
            line { $0.append(datagram, nil, to: &$1) },
            JSONLines().line(JSONDropped(count: 1, total: 2)),
            JSONLines().line(JSONSummary(summary)),
            JSONLines().line(JSONSummary(DatagramSummary())),
            line { $0.append(.received, [0xff].span.bytes, of: connection, to: &$1) },
            line {
                let message = MessageReport(connection, number: 1, [0x61].span.bytes, nil)
                $0.append(message, [0x61].span.bytes, to: &$1)
            },
        ]
    private static func line(_ append: (inout JSONLines, inout [UInt8]) -> Void) -> [UInt8] {
        var (lines, line) = (JSONLines(), [UInt8]())
        append(&lines, &line)
        return line
    }
    static var failure: Failure {
        var failure = Failure("connect", "localhost:9", .connectionRefused)
        failure.attempts = [.init(address: .inet(.loopback, port: 9), error: .connectionRefused)]
        return failure
    }

    @Test(arguments: lines.indices)
    func fieldsAreDocumented(index: Int) throws {
        let object = try object(Self.lines[index])
        let name = try #require(object["event"] as? String)
        let event = try #require(EventSpec.named(name), "\(name) is not documented")
        let documented = Set(event.fields.map(\.name))
        let required = Set(event.fields.filter { !$0.isOptional }.map(\.name))
        #expect(Set(object.keys).subtracting(documented) == [])
        #expect(required.subtracting(object.keys) == [])
        for (key, value) in object { try nested(key, value) }
    }

    @Test func everyDocumentedEventIsWritten() throws {
        let written = try Self.lines.map { try object($0)["event"] as? String }
        #expect(Set(EventSpec.all.map(\.name)) == Set(written.compactMap(\.self)))
    }

    /// What a field may say is documented, and nothing else.
    @Test func valuesAreDocumented() throws {
        func values(_ name: String, _ fields: [FieldSpec]) throws -> Set<String> {
            guard case .oneOf(let values) = try #require(fields.first { $0.name == name }).kind else {
                return []
            }
            return Set(values)
        }
        let closed = try #require(EventSpec.named("closed")).fields
        let traffic = try #require(ObjectSpec.named("traffic")).fields
        #expect(try values("by", closed) == Set(Party.allCases.map(\.rawValue)))
        #expect(try values("how", closed) == Set(Manner.allCases.map(\.rawValue)))
        #expect(try values("limited_by", traffic) == Set(HeldUp.Cause.allCases.map(\.rawValue)))
    }

    private func nested(_ key: String, _ value: Any) throws {
        let names = [
            "address": "address", "local": "address", "peer": "address", "received": "traffic",
            "sent": "traffic", "tcp": "tcp", "rtt": "round-trip", "error": "error",
        ]
        guard let object = value as? [String: Any], let name = names[key] else { return }
        let spec = try #require(ObjectSpec.all.first { $0.name == name })
        #expect(Set(object.keys).subtracting(spec.fields.map(\.name)) == [], "\(key)")
        let required = Set(spec.fields.filter { !$0.isOptional }.map(\.name))
        #expect(required.subtracting(object.keys) == [], "\(key)")
    }

    private func object(_ line: [UInt8]) throws -> [String: Any] {
        #expect(line.last == UInt8(ascii: "\n"))
        #expect(line.dropLast().contains(UInt8(ascii: "\n")) == false)
        return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }
}
