// Where a recording goes, and in which form: what `--record` is given.

package struct RecordingTarget: Sendable {
    package enum Form: Sendable {
        /// JSON Lines, which `--replay` plays back.
        case events
        /// pcapng, which Wireshark opens.
        case packets
    }

    package let form: Form
    package let file: Word

    private static let prefix = Array("pcapng:".utf8)
    private static let suffix = Array(".pcapng".utf8)

    /// `pcapng:FILE`, or `FILE`, of which the end of the name says what it is.
    package init(_ word: Word) {
        let isNamed = word.bytes.starts(with: Self.prefix)
        file = isNamed ? Word(bytes: Array(word.bytes.dropFirst(Self.prefix.count))) : word
        form = isNamed || word.bytes.suffix(Self.suffix.count).elementsEqual(Self.suffix) ? .packets : .events
    }
}
