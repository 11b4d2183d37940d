// What the JSON reporter writes is what its shapes say, and all that they say is consistent.

import CommandSpec
import Foundation
import Glibc
import Testing

@testable import Commands
@testable import Sockets
@testable import TLS

@Suite struct JSONShapeTests {
    static let connection = ConnectionIdentity(
        number: 1, local: .inet(.loopback, port: 1), peer: .inet6(.loopback, port: 2),
        connecting: ConnectTime(total: .seconds(1), lookUp: .zero, handshake: .seconds(1)))
    static let proxied = ConnectionIdentity(
        number: 1, local: nil, peer: .inet(.loopback, port: 1),
        detour: Detour(endpoint: "host:2", via: "http://localhost:1"))
    static let passedOn = ConnectionIdentity(
        number: 1, local: nil, peer: .inet(.loopback, port: 1),
        detour: Detour(proxy: .inet(.loopback, port: 2)))
    static let header = ProxyHeader(
        version: .v2, isLocal: true,
        tlvs: [.init(type: 1, value: [0x68, 0x32]), .init(type: 0xea, value: [0xff])])
    static let datagram = DatagramReport(
        number: 1, peer: .inet(.loopback, port: 1), local: .inet(.loopback, port: 2), interface: "lo",
        timestamp: .now, hopLimit: 64, length: 2, isTruncated: true, droppedBefore: 1,
        answer: .init(number: 1, time: .milliseconds(1)))
    static let summary = DatagramSummary(
        roundTrips: RoundTripSummary(
            answered: 1, lost: 0, times: Distribution(of: [.milliseconds(1)]), jitter: .zero,
            hasHistogram: true))
    static var events: [any Event] {
        [
            Listening(addresses: [.inet(.loopback, port: 1), .unix(.abstract([0x61]))]),
            Connected(connection: connection), Connected(connection: proxied),
            Accepted(connection: connection),
            Accepted(connection: passedOn, header: header),
            EndOfFile(connection: connection, by: .peer),
            Closed(
                connection: connection,
                account: ClosingAccount(
                    by: .peer, how: .eof,
                    received: .init(bytes: 1 << 20, messages: 1, timing: TransferTiming(time: .seconds(1))),
                    sent: .init(), duration: .zero, tcp: TCPInfo(bytes: [UInt8](repeating: 1, count: 280)))),
            IntervalReport(
                connection: connection,
                account: ClosingAccount(
                    by: .local, how: .eof, received: .init(), sent: .init(), duration: .zero)),
            Total(),
            Refused(peer: .inet(.loopback, port: 1), reason: "denied"),
            Refused(peer: .inet(.loopback, port: 1), reason: "denied", proxy: .inet(.loopback, port: 2)),
            Failed(failure: failure),
            Starved(failure: failure), AcceptingAgain(),
            FaultsInForce(seed: 1, faults: ["latency=1s"]),
            Fault(connection: 1, leg: .client, kind: .corrupt, offset: 1, before: 1, after: 2),
            SelfSigned(certificate: certificate), TLSReport(connection: connection, facts: facts),
            Truncated(connection: connection),
            Dropped(count: 1, total: 2), summary, DatagramSummary(),
        ] + destroyed
    }
    private static let certificate = Certificate(
        subject: "CN = a.test", issuer: "CN = a.test", names: ["DNS:a.test"], serial: "01", notBefore: 0,
        notAfter: 1, key: "EC P-256", signature: "ecdsa-with-SHA256", fingerprint: [1], keyFingerprint: [2],
        pin: "sha256//Ag==")
    private static var facts: TLSReport.Facts {
        var verification = Verification()
        verification.chain = [certificate]
        verification.findings = [.init(code: "CERT_HAS_EXPIRED", message: "expired")]
        return TLSReport.Facts(
            version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", group: "x25519", applicationProtocol: "h2",
            serverName: "a.test", isResumed: false, handshakeTime: .milliseconds(1),
            verification: verification, isVerified: true)
    }
    /// With a socket of this process.
    private static var destroyed: [any Event] {
        guard let socket = try? Socket(.inet, .stream),
            let description = try? SocketDescription(of: HeldSocket(descriptor: socket.borrowed))
        else { return [] }
        return [Destroyed(socket: description, wasGone: true)]
    }
    /// What `info --watch` tells of a connection.
    private static var watched: [[UInt8]] {
        guard
            let record = SocketRecord(
                table: "0: 0100007F:0050 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 7 1",
                transport: .tcp, family: AF_INET)
        else { return [] }
        let socket = WatchedSocket(record, round: 1, at: .now, isOpening: true)
        var group = WatchGroup(by: .port, nameBytes: Array("80".utf8))
        group.add(socket)
        return [
            line(SocketOpened(socket: socket), nil),
            line(SocketChanged(socket: socket, before: .synSent), nil),
            line(SocketSample(socket: socket), nil), line(SocketSums(group: group), nil),
            line(ClosingsMissed(count: 1), nil),
            line(Closed(watched: ClosedSocket(socket, at: .now, isTold: false)), nil),
        ]
    }
    static let lines: [[UInt8]] =
        events.map(\.line) + watched + [
            line(
                ScriptStep(connection: connection, ScriptCourse([.expect([0x61])], isFramed: false), 0), nil),
            line(datagram, [0xff]), line(datagram, nil), line(CommandFailure(failure: failure), nil),
            line(DataReport(connection: connection, direction: .received, size: 1), [0xff]),
            line(MessageReport(connection, number: 1, [0x61].span.bytes, nil), [0x61]),
        ]
    private static func line(_ event: some Shaped, _ payload: [UInt8]?) -> [UInt8] {
        var lines = JSONLines()
        var line: [UInt8] = []
        if let payload {
            lines.append(event, payload: payload.span.bytes, to: &line)
        } else {
            lines.append(event, to: &line)
        }
        return line
    }
    static var failure: Failure {
        var failure = Failure("connect", "localhost:9", .connectionRefused)
        failure.attempts = [.init(address: .inet(.loopback, port: 9), error: .connectionRefused)]
        return failure
    }

    @Test(arguments: lines.indices)
    func fieldsAreDocumented(index: Int) throws { try Documented.line(Self.lines[index]) }

    @Test func everyDocumentedEventIsWritten() throws {
        let written = try Self.lines.map { try Documented.line($0)["event"] as? String }
        #expect(Set(ShapeCatalog.events.map(\.name)) == Set(written.compactMap(\.self)))
    }

    /// What stands around the payload of a line, and a failure that is not one of an endpoint.
    @Test func bytes() throws {
        let line = String(decoding: Self.lines[Self.lines.count - 2], as: UTF8.self)
        #expect(line.contains(#""connection":1,"direction":"received","size":1,"base64":"/w=="}"#), "\(line)")
        let failure = Failed(failure: Failure("open", "/x", .noSuchFile)).line
        #expect(
            String(decoding: failure, as: UTF8.self).contains(#""operation":"open","operand":"/x","code""#))
    }

    @Test(arguments: ShapeCatalog.lines + ShapeCatalog.parts)
    func isConsistent(_ spec: ObjectSpec) throws {
        let fields = spec.isLine ? FieldSpec.common + spec.fields : spec.fields
        #expect(Set(fields.map(\.name)).count == fields.count)
        for field in fields {
            #expect(field.meaning.hasSuffix("."), "\(field.name)")
            #expect(!field.name.contains("seconds"), "\(field.name) has no unit in its name")
            var kinds = [field.kind]
            while let kind = kinds.popLast() {
                switch kind {
                case .object(let name):
                    #expect(ShapeCatalog.parts.contains { $0.name == name }, "\(name)")
                case .array(let kind), .map(let kind): kinds.append(kind)
                case .either(let several): kinds += several
                default: break
                }
            }
        }
        if spec.isLine {
            // What comes first where it is there, and what comes last.
            let order = ["event", "time", "connection", "leg", "direction", "number", "size"]
            let names = fields.map(\.name)
            let first = order.filter(names.contains)
            if case .event = spec.role { #expect(Array(names.prefix(first.count)) == first) }
            if names.contains("base64") { #expect(names.suffix(2) == ["text", "base64"]) }
        }
    }

    /// One name has one type everywhere.
    @Test func namesHaveOneType() {
        var kinds: [String: (FieldSpec.Kind, String)] = [:]
        // These words mean what the object is of: an operating system's, a file's, a message's.
        let excused: Set = ["name", "protocol", "type", "state", "number", "options", "by", "kind", "body"]
        for spec in ShapeCatalog.lines + ShapeCatalog.parts {
            for field in spec.fields where !excused.contains(field.name) {
                let kind: FieldSpec.Kind = if case .oneOf = field.kind { .string } else { field.kind }
                if let (known, where_) = kinds[field.name] {
                    #expect(known == kind, "\(field.name) of \(spec.name) and of \(where_)")
                }
                kinds[field.name] = (kind, spec.name)
            }
        }
    }

    /// The schema is JSON, and each of its references leads somewhere.
    @Test func schema() throws {
        let object = try JSONSerialization.jsonObject(with: Data(Schema.text.utf8))
        let schema = try #require(object as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(definitions.count == (ShapeCatalog.lines + ShapeCatalog.parts).count)
        for reference in Schema.text.matches(of: /"#\/\$defs\/([^"]+)"/) {
            #expect(definitions[String(reference.output.1)] != nil, "\(reference.output.1)")
        }
    }

    @Test func pageNamesEveryField() {
        let text = JSONPage.text
        for line in ShapeCatalog.events { #expect(text.contains(".Ss \(line.name)\n")) }
        for field in (ShapeCatalog.lines + ShapeCatalog.parts).flatMap(\.fields) {
            #expect(text.contains(".It Va \(Mdoc.argument(field.name)) "), "\(field.name)")
        }
    }
}

extension ObjectSpec: CustomTestStringConvertible {
    public var testDescription: String { definition }
}
