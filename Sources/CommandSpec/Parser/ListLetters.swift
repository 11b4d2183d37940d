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
    /// The port in an endpoint that stands where sockets are listed; nil for a command that lists none, and for what is no
    /// port, such as the path of a Unix socket.
    func port(in endpoint: [Word]) -> String? {
        guard options.contains(where: { $0.long == Options.port.spec.long }), let word = endpoint.last else {
            return nil
        }
        let port = word.text.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
        let isPort = port.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "-"), UInt8(ascii: ","):
                true
            default: false
            }
        }
        return isPort && !port.isEmpty ? String(port) : nil
    }

    /// Of the letters of ss(8) those that are not taken as they are: `ListLetter`.
    func listingReason(for letter: Character) -> String? {
        if letters.isEmpty {
            return "tulxapneim".contains(letter) ? "that letter is one of the list: sockctl info" : nil
        }
        return switch letter {
        case "M": "Multipath TCP is listed by --mptcp"
        case "o": "timers are shown with --verbose"
        case "r": "names are not looked up"
        case "H": "JSON has no line of titles: --json"
        case "O": "each socket has one line without it"
        case "f", "A": "a kind of sockets is named by its option: --tcp, --unix, --packet, --netlink"
        default: nil
        }
    }
}

extension CommandParser {
    /// Operands that are no endpoint, because letters of ss(8) say that a list was meant, or because they are words of
    /// its filters.
    func notAList(_ operands: ArraySlice<Word>) -> UsageError? {
        guard !command.letters.isEmpty, let first = operands.first else { return nil }
        if operands.count > 1, ["state", "exclude", "sport", "dport", "src", "dst"].contains(first) {
            return error("filters are options here: --state, --local, --peer, --port")
        }
        guard let letter = listLetters.first else { return nil }
        return error(
            "-\(letter) takes no value, and does not stand beside ENDPOINT; a port is named by --port")
    }
}
