// How each program is told to send, to receive, or to do both: the command lines of the contract for sockctl,
// and what its manual says for each of the others.

import Foundation

enum Role: String, Sendable { case client, server }
enum Job: String, Sendable { case send, receive, relay }

extension Tool {
    /// The arguments for one job on one side of a connection to `place`.
    func arguments(_ job: Job, _ role: Role, _ place: Place, options: [String] = []) -> [String] {
        switch self {
        case .sockctl: sockctlArguments(job, role, place) + options
        case .nc: ncArguments(job, role, place)
        case .ncat: ncatArguments(job, role, place)
        case .socat: socatArguments(job, role, place)
        case .python3, .curl, .bash, .zsh, .fish, .nginx, .openssl, .setpriv, .ss, .tmux, .tshark, .unshare,
            .mandoc,
            .objdump, .valgrind, .systemdSocketActivate:
            preconditionFailure("\(self) is not a peer")
        }
    }

    private func sockctlArguments(_ job: Job, _ role: Role, _ place: Place) -> [String] {
        switch (job, role) {
        case (.send, .client): ["send", "\(place)"]
        case (.send, .server): ["send", "--listen", "\(place)"]
        case (.receive, .client): ["recv", "--connect", "\(place)"]
        case (.receive, .server): ["recv", "\(place)"]
        case (.relay, .client): ["connect", "\(place)"]
        case (.relay, .server): ["listen", "\(place)"]
        }
    }

    private func ncArguments(_ job: Job, _ role: Role, _ place: Place) -> [String] {
        let options = (job == .receive ? ["-d"] : ["-N"]) + (role == .server ? ["-l"] : [])
        return options + hostAndPort(place)
    }

    private func ncatArguments(_ job: Job, _ role: Role, _ place: Place) -> [String] {
        let direction = [Job.send: ["--send-only"], .receive: ["--recv-only"], .relay: []][job]!
        return direction + (role == .server ? ["-l"] : []) + hostAndPort(place)
    }

    private func hostAndPort(_ place: Place) -> [String] {
        switch place {
        case .inet(let port): ["127.0.0.1", "\(port)"]
        case .inet6(let port): ["-6", "::1", "\(port)"]
        case .unix(let path): ["-U", path]
        case .abstract(let name): ["-U", "@\(name)"]
        }
    }

    private func socatArguments(_ job: Job, _ role: Role, _ place: Place) -> [String] {
        let address =
            switch (place, role) {
            case (.inet(let port), .client): "TCP4:127.0.0.1:\(port)"
            case (.inet(let port), .server): "TCP4-LISTEN:\(port),bind=127.0.0.1"
            case (.inet6(let port), .client): "TCP6:[::1]:\(port)"
            case (.inet6(let port), .server): "TCP6-LISTEN:\(port),bind=[::1]"
            case (.unix(let path), .client): "UNIX-CONNECT:\(path)"
            case (.unix(let path), .server): "UNIX-LISTEN:\(path)"
            case (.abstract(let name), .client): "ABSTRACT-CONNECT:\(name)"
            case (.abstract(let name), .server): "ABSTRACT-LISTEN:\(name)"
            }
        return switch job {
        case .send: ["-u", "-", address]
        case .receive: ["-u", address, "-"]
        case .relay: ["-", address]
        }
    }
}

extension Program {
    /// Where it listens, be it sockctl, which says so, or another, whose socket is looked for.
    func listening(_ tool: Tool, _ place: Place) throws -> Place {
        tool == .sockctl ? try listening(place) : try foundListening(place)
    }
}
