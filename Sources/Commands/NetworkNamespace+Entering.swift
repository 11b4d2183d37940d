// `--netns`: the whole command works in another network namespace, which is entered before anything else is done.

import CommandSpec
import Sockets

extension NetworkNamespace {
    /// The one that `--netns` names; nil without it.
    static func chosen(by arguments: Arguments) -> NetworkNamespace? {
        arguments[Options.netns].map { NetworkNamespace($0.bytes) }
    }

    /// Takes this process there.
    func enter() throws(Failure) {
        let descriptor: OwnedDescriptor
        do throws(Errno) { descriptor = try open() } catch { throw failure(opening: error) }
        do throws(Errno) { try Self.enter(descriptor) } catch { throw failure(entering: error) }
    }

    private var text: String { String(decoding: word, as: UTF8.self) }

    private func failure(opening error: Errno) -> Failure {
        switch error {
        case .noSuchFile, .notADirectory, .noSuchProcess, .nameTooLong:
            var failure = Failure("setns", text, words: missing, error, hint: whereToLook)
            failure.status = .resolution
            return failure
        case .accessDenied, .notPermitted:
            return Failure(
                "setns", text, error, status: .notPermitted,
                hint: form == .process
                    ? "needs CAP_SYS_PTRACE: be root, or the user of that process"
                    : "its file is not readable: be root")
        default:
            return Failure("setns", text, error)
        }
    }

    private var missing: String {
        switch form {
        case .process: "no such process"
        case .name: "no network namespace has this name"
        case .path: "no such file"
        }
    }

    /// What there is instead.
    private var whereToLook: String {
        if form == .process, Self.isThere(named: word) {
            return "digits are a process ID; for the namespace with this name: --netns \(Self.folder)/\(text)"
        }
        if form == .process, !Self.hasProcesses { return "/proc is not mounted: 'mount -t proc proc /proc'" }
        let names = Self.names.map { String(decoding: $0, as: UTF8.self) }
        let shown = names.prefix(Self.mostNames).joined(separator: ", ")
        let more = names.count > Self.mostNames ? " and \(names.count - Self.mostNames) more" : ""
        return names.isEmpty
            ? "none has a name here; 'sockctl info --all-netns' shows where sockets are"
            : "these have names: \(shown)\(more)"
    }

    /// How many are named in a message.
    private static let mostNames = 20

    private func failure(entering error: Errno) -> Failure {
        switch error {
        case .notPermitted:
            return Failure(
                "setns", text, error, status: .notPermitted,
                hint: "needs CAP_SYS_ADMIN: be root, or the user who made the namespace")
        case .invalidArgument:
            var failure = Failure("setns", text, words: "it is not a network namespace", error)
            failure.status = .usage
            if form == .name { failure.hint = "the file is left over: 'ip netns delete \(text)' removes it" }
            return failure
        default:
            return Failure("setns", text, error)
        }
    }
}
