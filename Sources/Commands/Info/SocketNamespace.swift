// `info --all-netns`: the sockets of every network namespace, each with where it is.

import CommandSpec
import Sockets

/// Where a socket of the list of all namespaces is. One for all sockets of a namespace.
final class SocketNamespace: Sendable {
    /// What `--netns` takes for it.
    let word: String
    let inode: UInt64
    /// The interfaces that its sockets are bound to; nil where they are those of this process.
    let interfaceNames: [UInt32: String]?

    init(_ namespace: HeldNamespace, interfaceNames: [UInt32: String]?) {
        word = String(decoding: namespace.word, as: UTF8.self)
        inode = namespace.inode
        self.interfaceNames = interfaceNames
    }
}

/// What was found in every namespace.
struct SystemSurvey {
    private(set) var parts: [(namespace: SocketNamespace?, survey: SocketSurvey)] = []
    /// What keeps namespaces from being seen, in words.
    private(set) var notices: [String] = []
    /// Of namespaces that are there and could not be asked.
    private(set) var failures: [Failure] = []

    /// This process's namespace alone.
    init(_ query: SocketQuery) { parts = [(nil, SocketSurvey(query))] }

    init(ofAllNamespaces query: SocketQuery) throws(Failure) {
        let census = try attempt("list", "network namespaces") { () throws(Errno) in try NamespaceCensus() }
        var refused: [Errno: Int] = [:]
        for namespace in census.namespaces {
            if namespace.isOwn {
                parts.append((SocketNamespace(namespace, interfaceNames: nil), SocketSurvey(query)))
                continue
            }
            do throws(Errno) {
                let found = try NamespaceSurvey(query, of: namespace)
                parts.append(
                    (SocketNamespace(namespace, interfaceNames: found.interfaceNames), found.sockets))
            } catch {
                // Gone meanwhile, or what has a name is another kind of namespace.
                if ![.noSuchFile, .noSuchProcess, .invalidArgument].contains(error) {
                    refused[error, default: 0] += 1
                }
            }
        }
        failures = refused.sorted { $0.key.rawValue < $1.key.rawValue }.map { error, count in
            let isRefusal = error == .notPermitted || error == .accessDenied
            let namespaces = count == 1 ? "1 network namespace" : "\(count) network namespaces"
            return Failure(
                "list", "the sockets of \(namespaces)", error,
                hint: isRefusal ? "needs CAP_SYS_ADMIN: be root, or the user who made them" : nil)
        }
        if census.hiddenProcesses > 0 {
            let processes = census.hiddenProcesses == 1 ? "1 process" : "\(census.hiddenProcesses) processes"
            notices.append(
                "the network namespaces of \(processes) are not visible (needs root or CAP_SYS_PTRACE)")
        }
    }

    /// Whether there is not a single socket.
    var isEmpty: Bool { parts.allSatisfy(\.survey.records.isEmpty) }

    /// The kinds of sockets that netlink did not tell of, each once.
    var gaps: [SocketSurvey.Gap] {
        var gaps: [SocketSurvey.Gap] = []
        for part in parts { gaps += part.survey.gaps.filter { !gaps.contains($0) } }
        return gaps
    }
}

/// The containers of processes, each looked for once.
struct Containers {
    private var known: [Int32: String?] = [:]

    static func find(of sockets: [SocketDescription]) {
        var containers = Containers()
        for socket in sockets { socket.container = containers.container(of: socket) }
    }

    /// That of the first of a socket's owners that is in one.
    private mutating func container(of socket: SocketDescription) -> String? {
        guard case .known(let owners) = socket.owners else { return nil }
        for owner in owners {
            let container = known[owner.pid] ?? ContainerID.of(process: owner.pid)
            known[owner.pid] = .some(container)
            if let container { return container }
        }
        return nil
    }
}
