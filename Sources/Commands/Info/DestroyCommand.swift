// `sockctl info destroy`: lists the sockets that match, and has the kernel close them.

import CommandSpec
import Sockets

enum DestroyCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        try requireSelector(arguments)
        let matches = try Matches(arguments)
        for failure in matches.failures { context.reporter.report(Failed(failure: failure)) }
        for notice in matches.notices { context.reporter.notice(notice) }
        let sockets = matches.sockets
        if sockets.isEmpty {
            context.reporter.notice("no such sockets")
            return context.finish(status: .failure)
        }
        context.reporter.show(SocketListing(sockets: sockets))
        if arguments[Options.dryRun] { return context.finish(nil) }
        if sockets.count > 1, !arguments[Options.yes] {
            throw Failure(
                "destroy", words: "\(sockets.count) sockets match, and nothing was closed", status: .usage,
                hint: "--yes closes all of them; or choose fewer")
        }
        // What is closed has been shown: where it cannot be, nothing is closed.
        context.outputs.whenDrained {
            if context.outputs.failure != nil { return context.finish(nil) }
            do throws(Failure) {
                try close(sockets, context)
                context.finish(nil)
            } catch {
                context.finish(error)
            }
        }
    }

    /// What is closed has to be meant: a protocol or a state alone is half of a system.
    private static func requireSelector(_ arguments: Arguments) throws(Failure) {
        if Options.closable.contains(where: { arguments.has($0) }) { return }
        let labels = Phrase.list(Options.closable.map(\.label), "or")
        throw Failure(
            "destroy", words: "nothing says which sockets are meant", status: .usage,
            hint: "give \(labels); protocol, state and user alone are not enough")
    }

    private static func close(_ sockets: [SocketDescription], _ context: Context) throws(Failure) {
        var diagnostics = try attempt("destroy") { () throws(Errno) in try SocketDiagnostics() }
        var missing: [SocketDescription] = []
        for socket in sockets {
            do throws(Errno) {
                guard let identity = socket.identity else { throw .notSupported }
                switch try diagnostics.destroy(identity) {
                case .destroyed: context.reporter.report(Destroyed(socket: socket, wasGone: false))
                case .notFound: missing.append(socket)
                }
            } catch {
                let failure = Failure(destroying: socket, error)
                // Nobody gets more rights from one socket to the next.
                if failure.status == .notPermitted { throw failure }
                context.fail(failure)
            }
        }
        if missing.isEmpty { return }
        // Of a connection within the host the other end is reset, and gone. All are looked for at once.
        let present = SocketDiagnostics.destroyable
        for socket in missing {
            if let cookie = socket.cookie, present.contains(cookie) {
                context.fail(Failure(destroying: socket, .noSuchFile))
            } else {
                context.reporter.report(Destroyed(socket: socket, wasGone: true))
            }
        }
    }
}

/// The sockets that the options choose and that may be closed.
private struct Matches {
    var sockets: [SocketDescription] = []
    var notices: [String] = []
    var failures: [Failure] = []

    init(_ arguments: Arguments) throws(Failure) {
        var filter = try SocketFilter(arguments)
        let onlyListening = filter.waitsForPeers
        filter.waitsForPeers = false
        if filter.inode == 0 {
            throw Failure(
                "info destroy", "--inode 0", words: "every connection that no process holds has it",
                status: .usage, hint: "name those that are meant by --port, --local, --peer or --cookie")
        }
        if filter.transports == nil { filter.transports = [.tcp, .udp, .unix] }
        let listing = try SocketListing(filter, isVerbose: false)
        // That Unix sockets cannot be listed is no matter.
        failures = listing.failures
        notices = listing.notices
        let chosen = try Self.held(listing.sockets, by: arguments[Options.pid])
        let closable = chosen.filter(\.canBeDestroyed)
        sockets = closable.filter { $0.waitsForPeers == onlyListening }
        let others = closable.count - sockets.count
        if others > 0, !onlyListening {
            let words = others == 1 ? "1 socket that waits" : "\(others) sockets that wait"
            let end =
                others == 1 ? "matches, too: --listening closes it" : "match, too: --listening closes them"
            notices.append("\(words) for peers \(end)")
        }
        let bound = chosen.count { $0.state == .boundInactive }
        let unix = chosen.count { $0.kind.transport == .unix }
        for (count, one, many) in [
            (bound, "1 socket that is only bound matches", "\(bound) sockets that are only bound match"),
            (unix, "1 Unix socket matches", "\(unix) Unix sockets match"),
        ] where count > 0 {
            notices.append(
                "\(count == 1 ? one : many), too: the kernel cannot close \(count == 1 ? "it" : "them")")
        }
    }
}

extension Matches {
    /// Those that a process holds; all where none is named.
    private static func held(_ sockets: [SocketDescription], by pid: Int?) throws(Failure)
        -> [SocketDescription]
    {
        guard let pid else { return sockets }
        let inodes = Set(try ProcessHandle.found(Int32(pid)).openSockets().map(\.inode))
        return sockets.filter { inodes.contains($0.inode) }
    }
}

/// A socket was closed.
struct Destroyed: Event {
    let socket: SocketDescription
    let wasGone: Bool

    static let shape = Shape(
        event: "destroyed",
        when: "`info destroy` has closed a socket. Before these come the sockets that match.")

    static func list(_ fields: inout some Fields<Destroyed>) {
        fields.add("socket", "The socket, as it was.") { FoundSocket(socket: $0.socket) }
        fields.add("gone", optional: "`true` if it was gone by itself before.") { $0.wasGone ? true : nil }
    }

    func say(in text: TextReporter) { text.say("\(wasGone ? "already gone" : "closed"): \(socket.title)") }
}

extension SocketDescription {
    /// `tcp 127.0.0.1:80 peer 127.0.0.1:5000`
    var title: String {
        let name = localText ?? foreign?.local.text ?? "inode \(inode)"
        return "\(kind.shortName) \(name)" + (peerText.map { " peer \($0)" } ?? "")
    }

    /// One that is only bound is not found by the kernel.
    fileprivate var canBeDestroyed: Bool {
        kind.transport?.canBeDestroyed == true && state != .boundInactive
    }

    /// Nil for one that the kernel cannot be told of: without a cookie another could be hit.
    fileprivate var identity: SocketIdentity? {
        guard let transport = kind.transport, let local, let cookie else { return nil }
        return SocketIdentity(transport, local: local, peer: peer, interface: interface, cookie: cookie)
    }
}

extension Failure {
    /// Why a socket was not closed.
    fileprivate init(destroying socket: SocketDescription, _ error: Errno) {
        switch error {
        case .notPermitted:
            self.init(
                "destroy", socket.title, words: "closing sockets needs CAP_NET_ADMIN", error,
                hint: "run it with sudo; --dry-run shows without it what matches")
        case .notSupported where socket.cookie == nil:
            self.init(
                "destroy", socket.title, words: "it is known from /proc/net only, without a cookie", error,
                hint: "netlink is refused, by a sandbox perhaps")
        case .notSupported:
            self.init(
                "destroy", socket.title, words: "the kernel does not close it", error,
                hint: "it may be built without CONFIG_INET_DIAG_DESTROY, or not close sockets in this state")
        case .noSuchFile:
            self.init("destroy", socket.title, words: "the kernel does not find it by its addresses", error)
        default:
            self.init("destroy", socket.title, error)
        }
    }
}
