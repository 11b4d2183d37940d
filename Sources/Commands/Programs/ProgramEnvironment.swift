// What a program that serves a peer finds in its environment: who the peer is, as ucspi-tcp has it, and nothing that is
// meant for us alone.

import Sockets

enum ProgramEnvironment {
    /// What we have, without what is ours and what describes another connection.
    static var inherited: [[UInt8]] {
        ProcessEnvironment.variables.filter { variable in
            guard let end = variable.firstIndex(of: UInt8(ascii: "=")) else { return true }
            let name = String(decoding: variable[..<end], as: UTF8.self)
            return !isPrivate(name, variable[end...])
        }
    }

    private static let own = ["PROTO", "TCPLOCALIP", "TCPLOCALPORT", "TCPREMOTEIP", "TCPREMOTEPORT"]
    private static let secret = ["NOTIFY_SOCKET", "SSLKEYLOGFILE", "SOCKCTL_PROXY_AUTH"]

    private static func isPrivate(_ name: String, _ value: ArraySlice<UInt8>) -> Bool {
        if name.hasPrefix("LISTEN_") || secret.contains(name) || own.contains(name) { return true }
        // A proxy's URL may hold a password: http://user:password@host.
        return name.lowercased().hasSuffix("_proxy") && value.contains(UInt8(ascii: "@"))
    }

    /// What describes a connection.
    static func variables(of connection: ConnectionIdentity) -> [[UInt8]] {
        var variables = [
            ("SOCKCTL_CONNECTION", String(connection.number)), ("SOCKCTL_PEER", connection.name),
            ("PROTO", connection.peer.family.hasTCP ? "TCP" : "UNIX"),
        ]
        for (side, address) in [("LOCAL", connection.local), ("REMOTE", connection.peer)] {
            guard let address, let host = address.host, let port = address.port else { continue }
            variables.append(("TCP\(side)IP", host.description))
            variables.append(("TCP\(side)PORT", String(port)))
        }
        return variables.map { Array("\($0)=\($1)".utf8) }
    }
}
