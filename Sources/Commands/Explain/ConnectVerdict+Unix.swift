// The rows of the verdict about Unix sockets, where a file is in the way and no network.

import CommandSpec
import Sockets

extension ConnectVerdict {
    static let unixRows: [Row] = [
        Row(.danglingLink, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .noSuchFile, case .danglingLink(let target)? = $0.path else {
                return nil
            }
            return (
                "that is a symbolic link to '\(TerminalEscaper.joined(target))', which does not exist",
                "is the server running?"
            )
        },
        Row(.noSuchPath, sure: true) {
            guard $0.isUnix, $0.error == .noSuchFile, case .missing(let part)? = $0.path,
                case .unix(.path(let path))? = $0.address, part != path
            else { return nil }
            return (
                "there is no directory \(text(part))", "check the path, and whether the server is running"
            )
        },
        Row(.noSuchPath, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .noSuchFile else { return nil }
            return (unixMissingWords, "check the path")
        },
        Row(.noSuchPath, sure: true) {
            guard $0.isUnix, $0.error == .notADirectory, case .notADirectory(let part)? = $0.path else {
                return nil
            }
            return ("\(text(part)) is not a directory", "check the path")
        },
        Row(.notPermitted, sure: true) {
            guard $0.isUnix, $0.error == .accessDenied, case .unsearchable(let part)? = $0.path else {
                return nil
            }
            return (
                "this user may not search the directory \(text(part))",
                "it has to have the x permission there: see 'namei -l'"
            )
        },
        Row(.notPermitted, sure: true) {
            guard $0.isUnix, $0.error == .accessDenied, case .unwritable? = $0.path else { return nil }
            return (
                "this user may not write to the socket's file, as connecting needs",
                "its owner can change its mode or group"
            )
        },
        Row(.notASocket, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .connectionRefused, case .otherFile? = $0.path else { return nil }
            return (notASocketWords, "check the path")
        },
        Row(.notListening, sure: true) {
            guard $0.isUnix, $0.error == .connectionRefused, let holder = $0.unixHolder, holder.use == .bound
            else { return nil }
            return (holder.notListening, "is it still starting?")
        },
        Row(.staleSocket, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .connectionRefused, case .unix(.path)? = $0.address else {
                return nil
            }
            return (
                "the socket's file is there, and nobody listens on it: its server has ended, or does not listen yet",
                "start the server; 'sockctl info --unix --listening' shows who listens where"
            )
        },
        Row(.nothingListens, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .connectionRefused else { return nil }
            return (
                "nobody listens at that name in this network namespace",
                "'sockctl info --unix --listening' shows who listens where"
            )
        },
        Row(.wrongType, sure: true, hint: .nothing) {
            guard $0.isUnix, $0.error == .wrongSocketType else { return nil }
            return ("it is a socket of another type", unixTypeWords)
        },
        Row(.backlogFull, sure: true) {
            guard $0.isUnix, $0.isTimedOut else { return nil }
            let who = $0.unixHolder?.process.map { $0.inWords } ?? "its server"
            return (
                "\(who) listens and does not accept: its backlog is full",
                "look at why it does not accept"
            )
        },
        Row(.other, sure: false) {
            guard $0.isUnix, let error = $0.error else { return nil }
            return ("connect: \(error.message) (\(error.name))", nil)
        },
    ]

    private static func text(_ path: [UInt8]) -> String {
        "'\(TerminalEscaper.joined(String(decoding: path, as: UTF8.self)))'"
    }
}
