// Small pieces of English, for messages and manuals.

package enum Phrase {
    /// `a`, `a and b`, `a, b and c`.
    package static func list(_ words: [String], _ conjunction: String) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}

extension String {
    /// A phrase with a capital letter and a full stop; a sentence as it is.
    package var asSentence: String { hasSuffix(".") ? self : prefix(1).uppercased() + dropFirst() + "." }
}
