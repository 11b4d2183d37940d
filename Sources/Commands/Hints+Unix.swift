// What to do about errors of Unix sockets, where no firewall and no port is to blame, but a file.

import Sockets

extension Hints {
    /// - Parameter name: the path, or `@` and a name in the abstract namespace.
    static func hint(for error: Errno, operation: String, unixSocket name: Substring) -> String? {
        let path = name.hasPrefix("@") ? nil : String(name)
        let isForeign = path.flatMap { FileKind.of(path: $0) }.map { $0 != .socket } == true
        let link = path.flatMap { UnixSocketFile.linkTarget(of: $0) }.map {
            let isDangling = path.flatMap { FileKind.of(path: $0) } == nil
            return "a symbolic link to '\(TerminalEscaper.joined($0))'"
                + (isDangling ? ", which does not exist" : "")
        }
        switch (operation, error) {
        case ("bind", .addressInUse) where link != nil:
            return link.map { "what is there is \($0), and is not replaced" }
        case ("bind", .addressInUse) where isForeign:
            return "what is there is no socket, and is not replaced"
        case ("bind", .addressInUse):
            return occupant(of: "unix:\(name)", .stream)
        case ("bind", .noSuchFile):
            return "there is no such directory"
        case (_, .connectionRefused) where isForeign:
            return ConnectVerdict.notASocketWords
        case (_, .connectionRefused):
            return bound(name)
                ?? ConnectVerdict.unixRefusedWords
        case (_, .wrongSocketType):
            return ConnectVerdict.unixTypeWords
        case (_, .noSuchFile) where link != nil:
            return link.map { "that is \($0)" }
        case ("connect", .noSuchFile), ("send", .noSuchFile):
            return ConnectVerdict.unixMissingWords
        default:
            return nil
        }
    }

    /// Whose a socket is that is bound and does not listen; nil where there is none.
    private static func bound(_ name: Substring) -> String? {
        guard let address = address("unix:\(name)"), let holder = SocketHolder.of(address, .stream),
            holder.use == .bound
        else { return nil }
        return holder.notListening
    }
}
