// A way that is tried: the program, started as the way has it, and its peers, all played by the test.

import Foundation
import Glibc

final class Stage: @unchecked Sendable {
    let scene: Scene
    let way: Way
    let transport: Transport
    let format: Format
    let patience: TimeInterval

    private(set) var program: Program!
    private(set) var stdout: Drain!
    private(set) var stderr: Drain?
    private(set) var place: Place!
    private var listener: Listener?
    private var proxiedEcho: ProxiedEcho?
    private var receiveBuffer: Int32?
    /// What FILE holds, or what is written to stdin.
    var payload = Data()
    /// What REPLY holds.
    var reply = Data("an answer".utf8)

    init(_ scene: Scene, _ way: Way, _ transport: Transport, _ format: Format, patience: TimeInterval) {
        self.scene = scene
        self.way = way
        self.transport = transport
        self.format = format
        self.patience = patience
    }

    enum Blocked { case nothing, stdout, stderr }

    /// Starts it. What it reads from stdin is written with `program.write`; `payload` and `reply` are in the files.
    /// What is blocked is so before the first peer comes.
    func start(
        _ options: [String] = [], blocked: Blocked = .nothing, receiveBuffer: Int32? = nil
    ) throws {
        self.receiveBuffer = receiveBuffer
        let file = try scene.file("payload", payload)
        let answer = try scene.file("reply", reply)
        let bound = unbound("socket")
        if way.role == .client {
            listener = try Listener(bound, as: transport.form)
            if let receiveBuffer { listener?.setReceiveBuffer(receiveBuffer) }
        }
        let words = way.words.replacing("FILE", with: file).replacing("@REPLY", with: "@\(answer)")
            .replacing("ECHO", with: way.isRelay ? try echo() : "")
            .split(separator: " ").map(String.init)
        let target = transport == .activated ? "fd:3" : endpoint(listener?.place ?? bound)
        var arguments = words + [target] + format.words + options + (try transportOptions())
        if transport == .activated {
            arguments = ["listen", "\(bound)", "--activate", try Tool.sockctl.require()] + arguments
        }
        stdout = try Drain()
        // A client says something as soon as it has connected.
        if blocked == .stdout, way.role == .client { try stdout.stuff() }
        if blocked == .stderr { stderr = try Drain() }
        program = try scene.run(
            .sockctl, arguments, stdin: way.source == .stdin ? .pipe : .null,
            stdout: .descriptor(stdout.writeEnd),
            stderr: stderr.map { .descriptor($0.writeEnd) } ?? .collected)
        stdout.closeWriteEnd()
        stderr?.closeWriteEnd()
        place = try listener?.place ?? announced(bound)
        if blocked == .stdout, way.role == .server { try stdout.stuff() }
        if blocked == .stderr { try stderr?.stuff() }
        if blocked != .stdout { stdout.open() }
    }

    private func unbound(_ name: String) -> Place {
        switch transport {
        case .ipv6: .inet6(0)
        case .unix, .seqpacket: .unix(scene.path(name))
        case .ipv4, .tls, .multipath, .proxyHeader, .socks5, .httpProxy, .activated: .inet(0)
        }
    }

    /// Behind a proxy it is nobody's but the proxy's to look up.
    private static let beyond = "nowhere.invalid:7777"

    /// What the command is told to connect to, or to listen on.
    private func endpoint(_ place: Place) -> String {
        if transport.proxy != nil, way.role == .client { return Self.beyond }
        return transport.keepsBoundaries ? "\(place)".replacing("unix:", with: "unix-seqpacket:") : "\(place)"
    }

    private func transportOptions() throws -> [String] {
        var options = try transport.options(way.role)
        if way.relaysToTLS { options += ["--ca", try Certificates.file("root"), "--sni", "good.test"] }
        if way.isRelay, transport == .proxyHeader { options += ["--proxy-protocol", "v2"] }
        if let proxy = transport.proxy, let place = listener?.place ?? proxiedEcho?.place {
            options += ["--via", proxy.url(place)]
        }
        return options
    }

    /// A server that a relay relays to, as `--to` has it.
    private func echo() throws -> String {
        if let proxy = transport.proxy {
            proxiedEcho = try ProxiedEcho(proxy, isSecure: way.relaysToTLS)
            return Self.beyond
        }
        let place = unbound("echo")
        let options = try way.relaysToTLS ? TLSOptions.server() : []
        let more = try transport == .tls ? [] : transport.options(.server)
        let server = try scene.run(.sockctl, ["listen", "-k", "--echo", endpoint(place)] + options + more)
        return endpoint(try server.listening(place))
    }

    private func announced(_ bound: Place) throws -> Place {
        let line =
            format.isJSON && transport != .activated
            ? try stdout.line() : try stderr?.line() ?? firstErrorLine()
        let port =
            line.firstMatch(of: /(?:127\.0\.0\.1|::1\])(?::|","port":)(\d+)/)?.output.1
            ?? line.firstMatch(of: /"port":(\d+)/)?.output.1
        return bound.with(port: port.flatMap { UInt16($0) } ?? 0)
    }

    private func firstErrorLine() throws -> String {
        guard program.errors.wait(until: { data, _ in data.contains(10) }) else {
            throw Unexpected("does not say that it is listening")
        }
        return program.errors.lines[0]
    }

    /// How many peers have come.
    private(set) var met = 0

    /// Lets what is activated take its place, which it does with its first peer.
    func settle() throws {
        guard transport == .activated else { return }
        let first = try meet()
        first.shutdown()
        _ = try first.receive(.max, within: patience)
        first.close()
        try program.waitUntilIdle(within: patience)
    }

    /// The next peer, connected. It is the one with the number `met`.
    func meet() throws -> Peer {
        guard let peer = try meet(waiting: patience) else {
            throw Breach(description: "no TLS handshake with the peer")
        }
        return peer
    }

    /// The same; nil if its handshake is not answered for so long, and then it is gone.
    func meet(waiting seconds: TimeInterval) throws -> Peer? {
        met += 1
        let peer =
            try listener?.accept()
            ?? Peer(connectingTo: place, as: transport.form, receiveBuffer: receiveBuffer)
        switch transport {
        case .tls:
            let isSecure = try peer.secure(as: way.role == .server ? .client : .server, within: seconds)
            return isSecure ? peer : nil
        case .seqpacket:
            peer.speakRecords(omittingLineFeeds: omitsLineFeeds)
        case .proxyHeader: try exchangeHeader(peer)
        case .socks5, .httpProxy:
            guard let proxy = transport.proxy, way.role == .client else { break }
            let asked = try peer.hearRequest(proxy)
            try demand(asked == Self.beyond, "the proxy is asked for \(asked)")
            try peer.send(proxy.consent)
        case .ipv4, .ipv6, .unix, .multipath, .activated: break
        }
        return peer
    }

    /// Whether messages are lines here and records there. What is relayed is framed as it is.
    var omitsLineFeeds: Bool { transport.keepsBoundaries && format.isFramed && !way.isRelay }

    /// Says who somebody else is, or hears who we are.
    private func exchangeHeader(_ peer: Peer) throws {
        if way.role == .server {
            return try peer.send(Data("PROXY TCP4 192.0.2.1 198.51.100.1 1000 443\r\n".utf8))
        }
        var header = Data()
        while header.last != 10 {
            let byte = try peer.receive(1, within: patience)
            try demand(!byte.isEmpty, "no PROXY header: \(printable(header))")
            header += byte
        }
        let due = ProxyProtocolTests.header("v1", place, from: peer.ports.remote)
        try demandSame(header, due, "before the payload")
    }

    // MARK: what it wrote

    /// The events written so far; an unfinished line is left out.
    func events() throws -> [Event] {
        try String(decoding: stdout.bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { !$0.isEmpty }.map { try Event(String($0)) }
            // Of a relay, what concerns the peer: its own leg.
            .filter { $0["leg"] != "server" }
    }

    /// What of a peer's bytes is on stdout, plain or in events.
    func shown(of connection: Int? = nil) throws -> Data {
        guard format.isJSON else { return stdout.bytes }
        var shown = Data()
        for event in try events() where event.name == "data" || event.name == "message" {
            if let connection, event["connection"] != connection { continue }
            guard let payload = event.payload else { throw Breach(description: "no payload in \(event)") }
            shown += payload
            if event.name == "message", format.isFramed { shown.append(10) }
        }
        return shown
    }

    /// Waits until what peers sent is on stdout, and compares it.
    func demandShown(_ expected: Data, of connection: Int? = nil) throws {
        let deadline = Deadline(in: patience)
        while try stdout.count < expected.count || shown(of: connection).count < expected.count {
            if deadline.isOver || stdout.isAtEnd { break }
            usleep(5_000)
        }
        try demandSame(try shown(of: connection), expected, "on stdout")
    }

    /// Waits for an event.
    func event(_ name: String, where holds: (Event) -> Bool = { _ in true }) throws -> Event {
        let deadline = Deadline(in: patience)
        while true {
            let isLast = deadline.isOver || stdout.isAtEnd
            if let event = try events().first(where: { $0.name == name && holds($0) }) { return event }
            if isLast { throw Breach(description: "no event \(name)") }
            usleep(5_000)
        }
    }

    // MARK: what it says

    /// Everything on stderr apart from where it listens.
    var complaints: [String] { program.complaints }

    func demandSame(_ actual: Data, _ expected: Data, _ what: String) throws {
        if let difference = difference(actual, from: expected) {
            throw Breach(description: "\(what): \(difference)")
        }
    }

    /// Waits for its end and compares it.
    func demandEnd(_ expected: Exit, within seconds: TimeInterval? = nil) throws {
        let exit: Exit
        do { exit = try end(within: seconds) } catch {
            throw Breach(description: "it does not end: \(expected) was due")
        }
        try demand(exit == expected, "\(exit) where \(expected) was due")
    }

    func end(within seconds: TimeInterval? = nil) throws -> Exit {
        try program.exit(within: seconds ?? patience)
    }
}

extension Peer {
    /// Exactly this much, with a time limit; less only if the stream ends before.
    func receive(_ count: Int, within seconds: TimeInterval) throws -> Data {
        let deadline = Deadline(in: seconds)
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while data.count < count {
            guard try carrier.waitReady(POLLIN, deadline) else {
                throw Breach(
                    description:
                        "\(data.count) of \(count == .max ? "all" : "\(count)") bytes reached the peer, then nothing"
                )
            }
            switch buffer.withUnsafeMutableBytes({ bytes in
                carrier.read(.init(rebasing: bytes.prefix(count - data.count)))
            }) {
            case .moved(0): return data
            case .moved(let taken): data.append(contentsOf: buffer[..<taken])
            case .notNow: break
            case .failed(let number):
                let words = String(cString: strerror(number))
                throw Breach(description: "the peer got \(data.count) bytes, then \(words)")
            }
        }
        return data
    }
}

/// Lines that are all different.
enum Lines {
    static func bytes(_ count: Int, of name: String = "line") -> Data {
        var data = Data(capacity: count + 100)
        var number = 0
        let rest = String(repeating: "abcdefghij", count: 8)
        while data.count < count {
            data.append(contentsOf: "\(name) \(number) \(rest)\n".utf8)
            number += 1
        }
        return data
    }

    static func count(_ data: Data) -> Int { data.count { $0 == 10 } }
}
