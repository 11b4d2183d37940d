// The other side of a TLS connection: Tests/TLS/peer.py, which plays it step by step, and the servers and clients of
// others, each with the words that its manual has for it.

import Foundation
import Glibc
import Testing

/// A step of peer.py: its name and what it needs.
typealias TLSStep = [String]

struct TLSPeer {
    let program: Program

    static func script(_ name: String) -> String { "\(ReleaseBuild.package)/Tests/TLS/\(name)" }

    /// A server with the certificate `server`, unless the settings say otherwise; a step for each connection or for all.
    init(server scene: Scene, _ settings: [String: Any] = [:], _ scripts: [TLSStep]...) throws {
        let own: [String: Any] = [
            "role": "server", "scripts": scripts, "certificates": [try TLSPeer.pair("server")],
        ]
        try self.init(scene, own.merging(settings) { $1 })
    }

    /// A client that connects there.
    init(client scene: Scene, _ place: Place, _ settings: [String: Any] = [:], _ scripts: [TLSStep]...) throws
    {
        let own: [String: Any] = [
            "role": "client", "scripts": scripts, "port": Int(place.port), "name": "good.test",
        ]
        try self.init(scene, own.merging(settings) { $1 })
    }

    private init(_ scene: Scene, _ settings: [String: Any]) throws {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: settings), as: UTF8.self)
        program = try scene.run(.python3, [TLSPeer.script("peer.py"), text], stdin: .pipe)
    }

    static func pair(_ name: String) throws -> [String] {
        [try Certificates.chain(name), try Certificates.key(name == "expired" ? "leaf" : name)]
    }

    /// Where it listens.
    var place: Place {
        get throws {
            guard let port: Int = try told("listening")["port"] else {
                throw Unexpected("no port: \(program)")
            }
            return .inet(UInt16(port))
        }
    }

    /// What it told of this step, of several the one with this number; it waits for that.
    func told(_ did: String, _ number: Int = 0) throws -> Event {
        func found() throws -> [Event] { try program.output.events().filter { $0["did"] == did } }
        let wanted = Data("{\"did\": \"\(did)\"".utf8)
        let complete = program.output.wait { data, _ in
            data.split(separator: 10, omittingEmptySubsequences: false).dropLast()
                .count { $0.starts(with: wanted) } > number
        }
        guard complete, let event = try found().dropFirst(number).first else {
            throw Unexpected("not told: \(did) \(number) of \(program)")
        }
        return event
    }

    /// That it read all of this, and a close_notify behind it.
    func expectRead(
        _ data: Data, _ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let read = try told("read")
        #expect(read["end"] == "notify", "\(scene)", sourceLocation: sourceLocation)
        #expect(read["size"] == data.count, "\(scene)", sourceLocation: sourceLocation)
        let digest = try sha256(data, scene)
        #expect(read["sha256"] == digest, "\(scene)", sourceLocation: sourceLocation)
    }

    /// Lets it go on from a step `wait`.
    func go() throws { try program.write("\n") }
}

enum TLSVersion: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case v12 = "1.2"
    case v13 = "1.3"

    var testDescription: String { "TLS \(rawValue)" }
    /// As OpenSSL names it.
    var name: String { "TLSv\(rawValue)" }
    var opensslOption: String { self == .v12 ? "-tls1_2" : "-tls1_3" }
    /// An option of socat's addresses.
    var socatOptions: String { "openssl-min-proto-version=\(name),openssl-max-proto-version=\(name)" }
}

/// What the tests have in common: the certificates as options.
enum TLSOptions {
    /// A client that trusts the root of the tests and asks for `good.test`.
    static func client(_ version: TLSVersion? = nil) throws -> [String] {
        ["--tls", "--ca", try Certificates.file("root"), "--sni", "good.test"] + of(version)
    }

    static func server(_ version: TLSVersion? = nil) throws -> [String] {
        ["--tls"] + (try pair("server")) + of(version)
    }

    static func pair(_ name: String) throws -> [String] {
        let files = try TLSPeer.pair(name)
        return ["--cert", files[0], "--key", files[1]]
    }

    private static func of(_ version: TLSVersion?) -> [String] {
        version.map { ["--tls-version", $0.rawValue] } ?? []
    }
}

func sha256(_ data: Data, _ scene: Scene) throws -> String {
    let program = try scene.run(.openssl, ["dgst", "-sha256", "-r"], stdin: .bytes(data))
    try scene.expectSuccess(program)
    return String(program.output.text.prefix { $0 != " " })
}

// MARK: the tools of others

/// A program that speaks TLS, as a server or as a client.
enum TLSTool: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case openssl, ncat, socat

    var testDescription: String { rawValue }

    var tool: Tool {
        switch self {
        case .openssl: .openssl
        case .ncat: .ncat
        case .socat: .socat
        }
    }

    /// A server on a free port: what comes is on its stdout, what is on its stdin goes. Those that end with their
    /// stdin are given one that stays open.
    func server(_ scene: Scene, _ job: Job, stdin: Input = .pipe) throws -> (Program, Place) {
        let files = try TLSPeer.pair("server")
        let words: [String]
        switch self {
        case .openssl:
            words = [
                "s_server", "-quiet", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert",
                try Certificates.file("server"), "-cert_chain", try Certificates.file("intermediate"), "-key",
                files[1],
            ]
        case .ncat:
            words =
                ["-l", "--ssl", "--ssl-cert", files[0], "--ssl-key", files[1], "127.0.0.1", "0"]
                + (job == .receive ? ["--recv-only"] : [])
        case .socat:
            let address = "OPENSSL-LISTEN:0,bind=127.0.0.1,cert=\(files[0]),key=\(files[1]),verify=0"
            words =
                switch job {
                case .send: ["-u", "-", address]
                case .receive: ["-u", address, "-"]
                case .relay: ["-", address]
                }
        }
        let program = try scene.run(tool, words, stdin: stdin)
        return (program, try program.foundListening(.inet(0)))
    }

    /// A client that trusts the root of the tests.
    func client(_ scene: Scene, _ job: Job, _ place: Place, _ version: TLSVersion, stdin: Input = .pipe)
        throws
        -> Program
    {
        let root = try Certificates.file("root")
        let words: [String]
        switch self {
        case .openssl:
            words =
                [
                    "s_client", "-quiet", "-verify_return_error", "-CAfile", root, "-verify_hostname",
                    "good.test", "-servername", "good.test", "-connect", "\(place)", version.opensslOption,
                ] + (job == .send ? ["-no_ign_eof", "-nocommands"] : [])
        case .ncat:
            words =
                ["-4", "--ssl-verify", "--ssl-trustfile", root, "localhost", "\(place.port)"]
                + (job == .receive ? ["--recv-only"] : [])
        case .socat:
            let address =
                "OPENSSL:127.0.0.1:\(place.port),cafile=\(root),commonname=good.test,\(version.socatOptions)"
            words =
                switch job {
                case .send: ["-u", "-", address]
                case .receive: ["-u", address, "-"]
                case .relay: ["-", address]
                }
        }
        return try scene.run(tool, words, stdin: stdin)
    }
}
