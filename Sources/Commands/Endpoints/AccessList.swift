// Who may connect, and who speaks for others.

import CommandSpec
import Sockets

struct AccessList {
    private let allowed: [AddressBlock]
    private let denied: [AddressBlock]
    private let proxies: [AddressBlock]

    /// - Parameter endpoint: where they connect to.
    init(_ context: Context, _ arguments: Arguments, at endpoint: Endpoint) throws(Failure) {
        allowed = try Self.blocks(arguments.all(Options.allow), "--allow")
        denied = try Self.blocks(arguments.all(Options.deny), "--deny")
        proxies = try Self.blocks(arguments.all(Options.acceptProxy), "--accept-proxy")
        let given = [(allowed, "--allow"), (denied, "--deny"), (proxies, "--accept-proxy")]
        if !endpoint.mayBeInternet, let option = given.first(where: { !$0.0.isEmpty })?.1 {
            throw Failure(
                "option", option,
                words: "a peer of \(endpoint.transport.text) has no address to be in a network",
                status: .usage)
        }
        if case .port(let port) = endpoint.transport, !allowed.isEmpty,
            !allowed.contains(where: { AddressBlock.loopback.contains(where: $0.overlaps) })
        {
            context.reporter.notice(
                "nobody of --allow comes to \(endpoint.text), which is on this host alone: '*:\(port)' is every interface"
            )
        }
    }

    /// Whether a peer has to say for whom it connects, with a PROXY header.
    func isProxy(_ peer: SocketAddress) -> Bool { proxies.contains { $0.contains(peer) } }

    /// Why a peer is turned away, nil if it is not. What is denied is so even if it is also allowed.
    func refusal(of peer: SocketAddress) -> String? {
        if let denial = denial(of: peer) { return denial }
        if !allowed.isEmpty, !allowed.contains(where: { $0.contains(peer) }) { return "not among --allow" }
        return nil
    }

    /// The same of whoever connects: a proxy need not be allowed itself, but those for whom it does.
    func refusal(ofCaller caller: SocketAddress) -> String? {
        isProxy(caller) ? denial(of: caller) : refusal(of: caller)
    }

    private func denial(of peer: SocketAddress) -> String? {
        denied.contains(where: { $0.contains(peer) }) ? "denied by --deny" : nil
    }

    private static func blocks(_ texts: [String], _ option: String) throws(Failure) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        for text in texts {
            guard let block = AddressBlock(text) else {
                let words = "'\(text)' is not an address or a network such as 192.0.2.0/24 or 2001:db8::/32"
                throw Failure("option", option, words: words, status: .usage)
            }
            blocks.append(block)
        }
        return blocks
    }
}
