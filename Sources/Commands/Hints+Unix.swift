// What to do about errors of Unix sockets, where no firewall and no port is to blame, but a file.

import Sockets

extension Hints {
    /// - Parameter name: the path, or `@` and a name in the abstract namespace.
    static func hint(for error: Errno, operation: String, unixSocket name: Substring) -> String? {
        let isForeign = !name.hasPrefix("@") && FileKind.of(path: String(name)).map { $0 != .socket } == true
        switch (operation, error) {
        case ("bind", .addressInUse) where isForeign:
            return "what is there is no socket, and is not replaced"
        case ("bind", .addressInUse):
            return occupant(of: "unix:\(name)", .stream)
        case ("bind", .noSuchFile):
            return "there is no such directory"
        case (_, .connectionRefused) where isForeign:
            return "what is there is no socket"
        case (_, .connectionRefused):
            return "nobody listens there: 'sockctl info --unix --listening' shows who listens where"
        case (_, .wrongSocketType):
            return "'sockctl connect' is for stream sockets, 'sockctl udp connect' for datagram sockets"
        case ("connect", .noSuchFile), ("send", .noSuchFile):
            return "there is no such socket; is the server running?"
        default:
            return nil
        }
    }
}
