// The letters and words of ss(8) in `info`: what is taken as ss users type it, and what they mean where it is not.

/// A letter of ss(8) that is no option here, and is taken all the same. None has a value.
package struct ListLetter: Sendable {
    let letter: Character
    /// The long name of the flag that it stands for; nil if what it asks for is done anyway.
    let meaning: String?

    /// `-t`, `-u`, `-x`, `-l` and `-n` are short forms of options.
    static let all: [ListLetter] = [
        // All states and owners are shown anyway.
        ListLetter(letter: "a", meaning: nil), ListLetter(letter: "p", meaning: nil),
        // Each says more in a way of its own.
        ListLetter(letter: "e", meaning: Options.verbose.spec.long),
        ListLetter(letter: "i", meaning: Options.verbose.spec.long),
        ListLetter(letter: "m", meaning: Options.verbose.spec.long),
    ]

    /// Whether the word is a cluster of letters with which ss(8) would list sockets.
    static func isCluster(_ word: Word) -> Bool {
        let letters = word.text.dropFirst()
        let known = Set(all.map(\.letter)).union("tuxln46")
        return word.bytes.first == UInt8(ascii: "-") && !letters.isEmpty && letters.allSatisfy(known.contains)
    }
}

extension CommandSpec {
    /// What to type for the sockets of a port, which is an endpoint here; nil for a command that lists none.
    func advice(forPort endpoint: [Word]) -> String? {
        guard options.contains(where: { $0.long == Options.port.spec.long }), let word = endpoint.last else {
            return nil
        }
        // Of HOST:PORT the port; what is no port, such as the path of a Unix socket, is not repeated.
        let port = word.text.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
        let isPort =
            !port.isEmpty
            && port.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "-"), UInt8(ascii: ","):
                    true
                default: false
                }
            }
        return "to list by port: sockctl \(fullName) --port \(isPort ? String(port) : "PORT")"
    }
}

extension CommandParser {
    /// Operands that are no endpoint, because letters of ss(8) say that a list was meant, or because they are words of
    /// its filters.
    func notAList(_ operands: ArraySlice<Word>) -> UsageError? {
        guard !command.letters.isEmpty, let first = operands.first else { return nil }
        if operands.count > 1, let advice = filter(first.text, operands.dropFirst().first?.text ?? "") {
            return error("filters are options here; write: sockctl \(command.fullName) \(advice)")
        }
        guard let letter = listLetters.first, let advice = command.advice(forPort: Array(operands)) else {
            return nil
        }
        return error("-\(letter) takes no value, and does not stand beside ENDPOINT; \(advice)")
    }

    /// The option for a filter of ss(8), `state established` or `sport = :80`.
    private func filter(_ word: String, _ value: String) -> String? {
        let operators: Set<String> = ["=", "==", "eq"]
        let value = operators.contains(value) ? arguments.operands.dropFirst(2).first?.text ?? "" : value
        let port = value.hasPrefix(":") ? value : ":" + value
        return switch word {
        case "state": "--state \(value)"
        case "sport": "--local \(port)"
        case "dport": "--peer \(port)"
        case "src": "--local \(value)"
        case "dst": "--peer \(value)"
        case "exclude": "--state STATES"
        default: nil
        }
    }
}
