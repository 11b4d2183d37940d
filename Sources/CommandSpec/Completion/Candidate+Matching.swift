// Which candidates a typed text may become: those that begin with it, and if there is none, more generously.

extension [Candidate] {
    /// How far a candidate may be from what was typed.
    enum Generosity {
        /// It begins with it, if need be in another case.
        case anyCase
        /// One of its parts does, as `KEEP` in `SO_KEEPALIVE`, or it is somewhere in it.
        case byPart
    }

    /// The candidates that fit best.
    func matching(_ typed: String, _ generosity: Generosity = .anyCase) -> [Candidate] {
        if typed.isEmpty { return self }
        let exact = filter { $0.value.hasPrefix(typed) }
        if !exact.isEmpty { return exact }
        let typed = typed.lowercased()
        let folded = map { (candidate: $0, text: $0.value.lowercased()) }
        var tests: [(String) -> Bool] = [{ $0.hasPrefix(typed) }]
        if generosity == .byPart {
            tests += [
                { text in text.split { "_-".contains($0) }.contains { $0.hasPrefix(typed) } },
                { $0.contains(typed) },
            ]
        }
        for test in tests {
            let found = folded.filter { test($0.text) }.map(\.candidate)
            if !found.isEmpty { return found }
        }
        return []
    }
}

extension Completion {
    init(_ candidates: [Candidate], for typed: String, _ generosity: [Candidate].Generosity = .anyCase) {
        self.candidates = candidates.matching(typed, generosity)
    }

    /// One of several after commas: what is named already is not offered again.
    static func list(
        _ candidates: [Candidate], for typed: String, _ generosity: [Candidate].Generosity = .anyCase
    ) -> Completion {
        guard let comma = typed.lastIndex(of: ",") else {
            return Completion(candidates, for: typed, generosity)
        }
        let named = Set(typed[..<comma].split(separator: ",").map { $0.lowercased() })
        let others = candidates.filter { candidate in
            // What goes on after `=` is told by its name.
            !named.contains { name in
                candidate.isOpen
                    ? name.hasPrefix(candidate.value.lowercased()) : name == candidate.value.lowercased()
            }
        }
        let last = typed.index(after: comma)
        return Completion(others, for: String(typed[last...]), generosity).behind(typed[..<last])
    }
}
