// Finds the word that was probably meant. The distance of two words is the number of letters to insert, drop,
// replace or swap with their neighbour.

enum NearestMatch {
    static func of(_ word: String, among candidates: [String]) -> String? {
        let letters = Array(word)
        guard letters.count > 1, letters.count <= 64 else { return nil }
        // The beginning of just one name is as good as a slip.
        let completions = candidates.filter { $0.hasPrefix(word) }
        if completions.count == 1 { return completions.first }

        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(letters, Array(candidate))
            guard distance <= max(1, letters.count / 3) else { continue }
            if let known = best, known.distance <= distance { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (i, a) in first.enumerated() {
            var row = [i + 1]
            for (j, b) in second.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == second[j - 1], b == first[i - 1] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[second.count]
    }
}
