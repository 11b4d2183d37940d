// What was observed of one address, as the steps of an explanation.

import CommandSpec
import Sockets

extension Observation {
    /// The steps in the order of what happens, for those that were looked at.
    var steps: [ExplainStep] {
        switch outcome {
        case .unresolved: return []
        case .impossible(let operation, let error):
            return [limitStep(operation, error)]
        case .connected, .failed, .timedOut, .rejected: break
        }
        var steps: [ExplainStep?] = [pathStep, routeStep, neighbourStep, handshakeStep]
        steps += [greetingStep, tlsStep, mtuStep, listenerStep, portStep]
        return steps.compactMap(\.self)
    }

    private func limitStep(_ operation: String, _ error: Errno) -> ExplainStep {
        let isSource = operation == "bind"
        let of = isSource ? source.map { " to \($0)" } ?? "" : ""
        var step = ExplainStep(
            isSource ? .source : .limits, address, "\(operation)\(of): \(error.message) (\(error.name))", .bad
        )
        step.code = error.name
        return step
    }

    private var pathStep: ExplainStep? {
        guard let path else { return nil }
        let (words, isGood): (String, Bool?) =
            switch path {
            case .socket: ("a socket's file, which may be written to", true)
            case .otherFile: ("a file that is no socket", false)
            case .missing(let part): ("\(text(part)) does not exist", false)
            case .danglingLink(let target):
                ("a link to '\(TerminalEscaper.joined(target))', which does not exist", false)
            case .notADirectory(let part): ("\(text(part)) is not a directory", false)
            case .unsearchable(let part): ("the directory \(text(part)) may not be searched", false)
            case .unwritable: ("a socket's file, which may not be written to", false)
            case .unknown(let error): ("cannot be looked at: \(error.message) (\(error.name))", nil)
            }
        return ExplainStep(.path, address, words, sure: isGood != nil, isGood == false ? .bad : .plain)
    }

    private func text(_ path: [UInt8]) -> String {
        TerminalEscaper.joined(String(decoding: path, as: UTF8.self))
    }

    private var routeStep: ExplainStep? {
        guard address?.family.isInternet == true else { return nil }
        guard let route else {
            let reason =
                optionChoosesRoute
                ? "not asked for: a socket option may choose another" : "the kernel could not be asked"
            return ExplainStep(.route, address, reason, sure: false)
        }
        guard case .found(let found) = route else {
            let words: String =
                switch routeError {
                case .networkUnreachable?:
                    downInterface.map { "none: the interface \($0) is down" } ?? "none"
                case .invalidArgument?: "blackhole: what goes there is discarded"
                case .accessDenied?: "prohibited"
                case .hostUnreachable?: "unreachable"
                case let error?: "\(error.message) (\(error.name))"
                case nil: "none"
                }
            var step = ExplainStep(.route, address, words, .bad)
            step.code = routeError?.name
            return step
        }
        var words: [String] = []
        switch found.kind {
        case .local: words.append("an address of this host")
        case .broadcast: words.append("a broadcast address")
        case .multicast: words.append("a multicast address")
        case .unicast, .anycast, .other:
            words.append(found.gateway.map { "via \($0)" } ?? "on the link")
            if let prefix {
                words.append(prefix == 0 ? "by the default route" : "by a route for a /\(prefix)")
            }
        }
        if let link {
            let state = !link.isUp ? " (down)" : link.hasCarrier ? "" : " (no carrier)"
            words.append("through \(link.name)\(state)")
        }
        if let source = found.source { words.append("from \(source)") }
        let isBad = link.map { !$0.isUp || !$0.hasCarrier && found.kind == .unicast } ?? false
        var step = ExplainStep(.route, address, words.joined(separator: ", "), isBad ? .bad : .plain)
        (step.gateway, step.local, step.interface) = (found.gateway, found.source, link?.name)
        return step
    }

    private var neighbourStep: ExplainStep? {
        guard let route = foundRoute, route.kind == .unicast, let hop = nextHop else { return nil }
        let who = route.gateway == nil ? "\(hop)" : "the gateway \(hop)"
        var step: ExplainStep
        switch neighbour {
        case .known?: step = ExplainStep(.neighbour, address, "\(who) answers \(solicitation)")
        case .failed?:
            step = ExplainStep(.neighbour, address, "\(who) does not answer \(solicitation)", .bad)
        case .incomplete?:
            step = ExplainStep(
                .neighbour, address, "\(who) has not answered \(solicitation) so far", sure: false, .bad)
        case .unneeded?: step = ExplainStep(.neighbour, address, "the link has no addresses of its own")
        case nil: return nil
        }
        step.interface = link?.name
        return step
    }

    private var handshakeStep: ExplainStep {
        let time = duration.map { " after \(Statistics.text($0))" } ?? ""
        var step: ExplainStep
        switch outcome {
        case .connected, .rejected:
            step = ExplainStep(.handshake, address, "accepted\(time)", .good)
        case .timedOut:
            let heard = report.flatMap(said).map { "\($0); no other answer" } ?? "no answer"
            step = ExplainStep(.handshake, address, "\(heard)\(time)", .bad)
            step.code = "ETIMEDOUT"
        case .failed(let error):
            let how =
                error == .connectionRefused && report == nil && !isUnix ? "refused (reset)" : error.message
            let words = report.flatMap(said) ?? "\(how)\(time)"
            step = ExplainStep(.handshake, address, "\(words) (\(error.name))", .bad)
            step.code = error.name
        case .impossible, .unresolved:
            step = ExplainStep(.handshake, address, "not tried", .bad)
        }
        step.duration = duration
        step.reporter = report?.reporter
        return step
    }

    private func said(_ report: NetworkError) -> String? {
        guard let reporter = report.reporter, let reason = report.reason else { return nil }
        return "\(reporter) reports by ICMP: \(reason)"
    }

    /// What the peer has said by itself.
    private var greetingStep: ExplainStep? {
        guard case .connected = outcome else { return nil }
        return switch greeting {
        case .tlsAlert?: ExplainStep(.greeting, address, "an alert of TLS", .bad)
        case .words(let words)?: ExplainStep(.greeting, address, "'\(TerminalEscaper.joined(words))'")
        case .closed?: ExplainStep(.greeting, address, "none: it has closed the connection at once", .bad)
        case .reset?: ExplainStep(.greeting, address, "none: it has reset the connection at once", .bad)
        case nil: nil
        }
    }

    private var tlsStep: ExplainStep? {
        if case .connected = outcome, let handshake {
            var step = ExplainStep(.tls, address, handshake.words, .good)
            step.duration = handshake.time
            return step
        }
        guard case .rejected(let rejection) = outcome else { return nil }
        let code = rejection.code.map { " (\($0))" } ?? ""
        var step = ExplainStep(.tls, address, rejection.message + code, sure: !rejection.isSilence, .bad)
        step.code = rejection.code
        return step
    }

    private var mtuStep: ExplainStep? {
        guard let mtu = pathMTU ?? foundRoute?.mtu ?? (isLocal ? nil : link?.mtu) else { return nil }
        let origin: String =
            if foundRoute?.mtuIsLearned == true {
                ", learned by ICMP from the path"
            } else if mtu == link?.mtu {
                ", that of \(link?.name ?? "the interface"): nothing shorter is known of the path"
            } else if foundRoute?.mtu != nil {
                ", that of the route"
            } else {
                ""
            }
        var step = ExplainStep(.mtu, address, "\(mtu) bytes\(origin)")
        step.mtu = mtu
        return step
    }

    private var listenerStep: ExplainStep? {
        if isUnix, let holder = unixHolder {
            let what = holder.use == .listening ? "listens" : "has bound it and does not listen"
            return ExplainStep(.listener, address, "\(holder.inWords) \(what)")
        }
        guard let survey, case let all = survey.holders + elsewhere, !isUnix else { return nil }
        var words = all.prefix(Self.shownHolders).map { holder in
            let place = holder.namespace.map { " in network namespace \(TerminalEscaper.joined($0))" } ?? ""
            guard holder.isListening else {
                return "\(holder.holder) has bound \(holder.place)\(place) and does not listen"
            }
            let queue =
                holder.isFull
                ? ", \(holder.waiting ?? 0) wait to be accepted, backlog \(holder.backlog ?? 0)" : ""
            return "\(holder.holder) listens on \(holder.place)\(place)\(queue)"
        }
        if all.count > Self.shownHolders { words.append("\(all.count - Self.shownHolders) more") }
        if words.isEmpty { words = ["nothing has port \(port) on this host"] }
        let doubt = survey.isComplete ? "" : "; the kernel does not tell of all sockets"
        var step = ExplainStep(
            .listener, address, words.joined(separator: "; ") + doubt, sure: survey.isComplete)
        step.holders = Array(all.prefix(Self.shownHolders))
        return step
    }

    private static let shownHolders = 8

    private var portStep: ExplainStep? {
        guard let ports else { return nil }
        return ExplainStep(
            .limits, address,
            "\(ports.used) of \(ports.count) ephemeral ports have a connection to \(address?.description ?? "it")",
            ports.used >= ports.count ? .bad : .plain)
    }
}
