// What `--exec`, `--shell` and `--activate` ask for: a program that is there when the command starts, and its arguments.

import CommandSpec
import Sockets

struct ServedCommand {
    let command: ChildProgram.Command
    /// As it was typed.
    let name: String

    /// How many programs may run at the same time: a hundred where nothing else is said, and no more than there are
    /// descriptors for. Further peers wait in the backlog.
    static func most(asked: Int?) -> Int {
        let room = (DescriptorLimit.room - reserve) / descriptors
        return max(1, min(asked ?? usual, room))
    }

    private static let usual = 100
    /// Of each: its socket, two ends of pipes, and what tells that it has ended.
    private static let descriptors = 4
    /// For the listeners, and for the other ends of the pipes while a program is started.
    private static let reserve = 6

    /// Nil where no program is asked for.
    /// - Throws: `Failure` if there is no such program.
    init?(_ arguments: Arguments) throws(Failure) {
        if let line = arguments[Options.shell] {
            try self.init("shell", [Word("/bin/sh"), Word("-c"), line])
        } else if let words = arguments[Options.exec] {
            try self.init("exec", words)
        } else if let words = arguments[Options.activate] {
            try self.init("activate", words)
        } else {
            return nil
        }
    }

    private init(_ operation: String, _ words: [Word]) throws(Failure) {
        let word = words[0]
        name = word.text
        do throws(ProgramSearch.Problem) {
            command = ChildProgram.Command(
                path: try ProgramSearch.find(word.bytes), arguments: words.map(\.bytes))
        } catch {
            throw Self.failure(operation, word, error, isAlone: words.count == 1)
        }
    }

    private static func failure(
        _ operation: String, _ word: Word, _ problem: ProgramSearch.Problem, isAlone: Bool
    ) -> Failure {
        let name = word.text
        // Typed as one word, as ncat and socat take it.
        let isLine = isAlone && word.bytes.contains(UInt8(ascii: " "))
        let hint =
            isLine
            ? "each argument is a word of its own; a line for the shell is --shell \(word.quoted)" : nil
        switch problem {
        case .notInPath:
            return Failure(operation, name, words: "no such program in PATH", status: .failure, hint: hint)
        case .isFolder:
            return Failure(operation, name, words: "it is a directory", status: .failure)
        case .unusable(let error):
            return Failure(operation, name, error, status: .failure, hint: hint)
        }
    }
}
