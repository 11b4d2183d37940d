// The sockets that a supervisor passes, sd_listen_fds(3): which descriptors they are, and what they are called.

import CommandSpec
import Sockets

struct PassedSockets {
    /// What this process was passed. Read once, and then taken from the environment: no program that is started from here
    /// takes them for its own.
    static let ours = PassedSockets()

    private let names: [String]
    /// What `LISTEN_PID` says; nil where it says nothing.
    private let process: Int32?

    /// What `LISTEN_FDS` says where that is no number of sockets.
    private let nonsense: String?

    private static let first: Int32 = 3

    private init() {
        let text = ProcessEnvironment.takeValue(of: "LISTEN_FDS")
        let count = text.flatMap { Int($0) } ?? 0
        process = ProcessEnvironment.takeValue(of: "LISTEN_PID").flatMap { Int32($0) }
        let given = ProcessEnvironment.takeValue(of: "LISTEN_FDNAMES")?.split(
            separator: ":", omittingEmptySubsequences: false
        ).map(String.init)
        // More than there can be is what no supervisor says.
        let number = (0...DescriptorLimit.current).contains(count) ? count : 0
        nonsense = number == 0 ? text : nil
        names = (0..<number).map { index in
            given.flatMap { index < $0.count ? $0[index] : nil } ?? "unknown"
        }
    }

    /// The descriptors of this name: there may be several, such as one for each family.
    /// - Throws: `Failure` if there is none, or if they are those of another process.
    func descriptors(named name: String, of text: String) throws(Failure) -> [Int32] {
        let own = ProcessHandle.own
        if let nonsense {
            throw Self.failure(text, "LISTEN_FDS is \(Word(nonsense).quoted), which is no number of sockets")
        }
        guard let process, !names.isEmpty else {
            throw Self.failure(
                text, "no sockets were passed: LISTEN_FDS and LISTEN_PID are not set",
                hint: "a descriptor that was inherited otherwise is written by its number, as in fd:3")
        }
        guard process == own else {
            throw Self.failure(
                text, "the sockets are those of process \(process) (LISTEN_PID), and this is \(own)")
        }
        let found = names.indices.filter { names[$0] == name }.map { Self.first + Int32($0) }
        guard !found.isEmpty else {
            throw Self.failure(
                text, "no such name: LISTEN_FDNAMES has \(Phrase.list(names.map { "'\($0)'" }, "and"))")
        }
        return found
    }

    private static func failure(_ text: String, _ words: String, hint: String? = nil) -> Failure {
        Failure("endpoint", text, words: words, status: .failure, hint: hint)
    }
}
