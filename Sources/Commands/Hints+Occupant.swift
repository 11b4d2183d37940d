// Who is to blame for an address in use, by name: nobody has to look it up with another tool.

import CommandSpec
import Sockets

extension Hints {
    /// - Parameter text: an address with its port, `port N` for all addresses, or a Unix socket, as it stands in a
    ///   message.
    static func occupant(of text: String, _ type: SocketType) -> String? {
        guard let address = address(text) else { return nil }
        let holder = SocketHolder.of(address, type)
        if holder?.use == .timeWait {
            return "a connection that ended less than a minute ago still holds it (TIME_WAIT)"
        }
        let process =
            holder?.process.map { "\(TerminalEscaper.joined($0.name)) (pid \($0.pid))" } ?? "another process"
        return switch holder?.use {
        case .listening: "\(process) listens there"
        case .connected: "\(process) has a connection from there"
        case .bound, .timeWait, nil: "\(process) has bound it"
        }
    }

    static func address(_ text: String) -> SocketAddress? {
        if text.hasPrefix("unix:"), case .unix(let name)? = try? Endpoint([Word(text)]) { return .unix(name) }
        if text.hasPrefix("port "), let port = PortNumber.read(text.dropFirst("port ".count)) {
            return .inet(.any, port: port)
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = PortNumber.read(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        return AnyIPAddress(String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host))?.with(
            port: port)
    }
}
