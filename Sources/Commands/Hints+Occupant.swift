// Who is to blame for an address in use, by name: nobody has to look it up with another tool.

import CommandSpec
import Sockets

extension Hints {
    /// - Parameter text: an address with its port, or a Unix socket, as it stands in a message.
    static func occupant(of text: String, _ type: SocketType) -> String? {
        guard let address = address(text) else { return nil }
        guard let holder = SocketHolder.of(address, type) else { return "another process listens there" }
        let process = holder.process
        let name = TerminalEscaper.joined(process.name)
        return "\(name) (pid \(process.pid)) \(holder.isListening ? "listens there" : "has bound it")"
    }

    private static func address(_ text: String) -> SocketAddress? {
        if text.hasPrefix("unix:"), case .unix(let name)? = try? Endpoint([Word(text)]) { return .unix(name) }
        guard let colon = text.lastIndex(of: ":"),
            let port = PortNumber.read(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        return AnyIPAddress(String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host))?.with(
            port: port)
    }
}
