// Every row of the table of chains: what sockctl says of it, and whether curl and `openssl verify` agree.

import Foundation
import Glibc
import Testing

/// The server of all rows, started by the first test that asks.
private enum ChainServer {
    static func port(_ row: ChainRow) throws -> UInt16 {
        guard let port = try ports.get()[row.name] else { throw Unexpected("no port of \(row.name)") }
        return UInt16(port)
    }

    /// Its stdin: the server ends with this process.
    nonisolated(unsafe) private static var program: Program?

    private static let ports = Result { () -> [String: Int] in
        let rows = try ChainRow.all.map {
            [
                "name": $0.name, "chain": try Certificates.chain($0.name),
                "key": try Certificates.key($0.certificate.key), "host": $0.host,
            ]
        }
        let file = "\(try Certificates.directory())/rows.json"
        try JSONSerialization.data(withJSONObject: rows).write(to: URL(fileURLWithPath: file))
        let server = try Program(
            try Tool.python3.require(), [TLSPeer.script("chains.py"), file], stdin: .pipe)
        program = server
        guard server.output.wait(for: "\n"), let line = server.output.lines.first else {
            throw Unexpected("no ports: \(server)")
        }
        return try Event(line)["ports"] ?? [:]
    }
}

@Suite("A chain of certificates")
struct ChainTests {
    private func place(_ row: ChainRow) throws -> String {
        let place: Place = row.host.contains(":") ? .inet6(0) : .inet(0)
        return "\(place.with(port: try ChainServer.port(row)))"
    }

    private func arguments(_ row: ChainRow, _ options: String...) throws -> [String] {
        ["connect", "--tls", "--json", "--ca", try Certificates.file(row.trusts)] + options
            + (row.asked.map { ["--sni", $0] } ?? []) + [try place(row)]
    }

    @Test("is accepted or refused, with the code and words for it", arguments: ChainRow.all)
    func verdict(_ row: ChainRow) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, try arguments(row))
            switch row.verdict {
            case .accepted:
                try scene.expectSuccess(program)
                let events = try program.output.events()
                let shown = try #require(events.first { $0.name == "tls" }, "\(scene)")
                #expect(shown["verify.ok"] == true, "\(shown)")
                #expect(shown["verify.reason"] as String? == nil, "\(shown)")
                #expect(shown["sni"] == row.asked.map(withoutDot), "\(shown)")
                let order = events.map(\.name)
                let place = try #require(order.firstIndex(of: "tls"))
                #expect(order.firstIndex(of: "connected") ?? .max < place, "\(order)")
                #expect(order.firstIndex(of: "data") ?? -1 > place, "\(order)")
            case .refused(let code, let words):
                try scene.expect(program, ends: .status(12))
                let failure = try program.errors.event("failure")
                #expect(failure["error.operation"] == "tls", "\(failure)")
                #expect(failure["error.status"] == 12, "\(failure)")
                #expect(failure["error.code"] == code, "\(failure)")
                #expect(failure["error.endpoint"] == (try place(row)), "\(failure)")
                let message: String = failure["error.message"] ?? ""
                #expect(
                    words.contains { message.localizedCaseInsensitiveContains($0) },
                    "none of \(words) is in: \(message)")
                #expect(try program.output.events().allSatisfy { $0.name != "data" }, "\(scene)")
            }
        }
    }

    @Test(
        "with --insecure it is accepted, and what is wrong is told",
        arguments: ChainRow.all.filter { !$0.verdict.isAccepted })
    func insecure(_ row: ChainRow) throws {
        guard case .refused(let code, _) = row.verdict else { return }
        try scene { scene in
            let program = try scene.run(.sockctl, try arguments(row, "--insecure"))
            #expect(try program.exit() == .status(0), "\(scene)")
            let shown = try program.output.event("tls")
            #expect(shown["verify.ok"] == false, "\(shown)")
            #expect(!((shown["verify.reason"] as String?) ?? "").isEmpty, "\(shown)")
            let problems: [[String: Any]] = shown["verify.problems"] ?? []
            #expect(problems.contains { $0["code"] as? String == code }, "\(shown)")
            #expect(
                problems.allSatisfy { $0["depth"] is Int && !(($0["message"] as? String) ?? "").isEmpty },
                "\(shown)")
        }
    }

    @Test("curl and openssl verify agree, or the row says where they do not", arguments: ChainRow.all)
    func oracles(_ row: ChainRow) throws {
        try scene { scene in
            let accepts = row.verdict.isAccepted
            let trusted = try Certificates.file(row.trusts)
            let check = row.asked.map { ["-verify_hostname", $0] } ?? ["-verify_ip", row.host]
            let verify = try scene.run(
                .openssl,
                ["verify", "-CAfile", trusted, "-untrusted", try Certificates.chain(row.name)]
                    + ["-purpose", "sslserver", "-auth_level", "2"] + check + [
                        try Certificates.file(row.name)
                    ])
            #expect((try verify.exit() == .status(0)) == (row.opensslAccepts ?? accepts), "\(scene)")
            if case .refused(let code, _) = row.verdict, row.opensslAccepts == nil {
                let number = try #require(Self.numbers[code])
                #expect(verify.errors.text.contains("error \(number) at "), "\(code)\n\(scene)")
            }

            let port = try ChainServer.port(row)
            let host = row.asked ?? (row.host.contains(":") ? "[\(row.host)]" : row.host)
            // Older versions look the name up with its dot, newer ones without.
            let names = Set([row.asked, row.asked.map(withoutDot)].compactMap(\.self))
            let resolved = names.flatMap { ["--resolve", "\($0):\(port):127.0.0.1"] }
            let curl = try scene.run(
                .curl,
                ["-sS", "--noproxy", "*", "--cacert", trusted] + resolved + ["https://\(host):\(port)/"])
            let status = try curl.exit()
            #expect((status == .status(0)) == (row.curlAccepts ?? accepts), "\(scene)")
            #expect([.status(0), .status(60)].contains(status), "\(scene)")
        }
    }

    private func withoutDot(_ name: String) -> String { name.hasSuffix(".") ? String(name.dropLast()) : name }

    /// X509_V_ERR_…
    private static let numbers = [
        "CERT_NOT_YET_VALID": 9, "CERT_HAS_EXPIRED": 10, "DEPTH_ZERO_SELF_SIGNED_CERT": 18,
        "SELF_SIGNED_CERT_IN_CHAIN": 19, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": 20, "PATH_LENGTH_EXCEEDED": 25,
        "INVALID_PURPOSE": 26, "PERMITTED_VIOLATION": 47, "EXCLUDED_VIOLATION": 48, "HOSTNAME_MISMATCH": 62,
        "IP_ADDRESS_MISMATCH": 64, "EE_KEY_TOO_SMALL": 66, "CA_MD_TOO_WEAK": 68, "INVALID_CA": 79,
    ]
}
