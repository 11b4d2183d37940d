// What the text of an output that waits to be written stands for: where it never is, what was received is lost, and
// not its text.

/// What a piece of text stands for, in bytes or datagrams that were received.
enum Standing {
    /// Nothing that was received.
    case nothing
    /// So many, which are all lost with a part of the text.
    case whole(Int)
    /// So many, of which each part of the text has its share.
    case spread(Int)
    /// Of text of this length each part of that length stands for one.
    case each(Int, of: Int)
}

struct Unwritten {
    /// Pieces of text that are alike, one after the other.
    private struct Run {
        /// Of each piece.
        let length: Int
        var received: Int
        var isWhole = true
        var count = 1
    }

    private var runs: ArraySlice<Run> = []
    /// How much of the first run's text is written.
    private var written = 0
    /// What came when nothing was written any more.
    private var refused = 0

    /// Text shorter than this is not told apart from what is beside it: there may be very much of that.
    private static let least = 16

    /// Text of this length waits to be written.
    mutating func add(_ standing: Standing, length: Int) {
        guard length > 0 else { return }
        switch standing {
        case .nothing: add(Run(length: 1, received: 0, count: length))
        case .whole(let received): add(Run(length: length, received: received))
        case .spread(let received): add(Run(length: length, received: received, isWhole: false))
        case .each(let part, _):
            if length >= part { add(Run(length: part, received: 1, count: length / part)) }
            if length % part > 0 { add(Run(length: length % part, received: 1)) }
        }
    }

    private mutating func add(_ run: Run) {
        guard let last = runs.last else { return runs.append(run) }
        let end = runs.endIndex - 1
        if last.length == run.length, last.received == run.received, last.isWhole == run.isWhole {
            runs[end].count += run.count
        } else if run.length * run.count < Self.least, last.length * last.count < Self.least {
            runs[end] = Run(
                length: last.length * last.count + run.length * run.count,
                received: last.received * last.count + run.received * run.count)
        } else {
            runs.append(run)
        }
    }

    /// So much of the text is written.
    mutating func wrote(_ count: Int) {
        written += count
        while let first = runs.first, written >= first.length * first.count {
            written -= first.length * first.count
            runs.removeFirst()
        }
    }

    /// Text is not even kept.
    mutating func refuse(_ standing: Standing) {
        switch standing {
        case .nothing: break
        case .whole(let received), .spread(let received): refused += received
        case .each(let part, let length): refused += (length + part - 1) / part
        }
    }

    /// How much of what was received is lost if no more is written.
    var received: Int {
        guard let first = runs.first else { return refused }
        let left = first.length * first.count - written
        let begun =
            first.isWhole
            ? (left + first.length - 1) / first.length * first.received
            : (first.received * left + first.length - 1) / first.length
        return runs.dropFirst().reduce(refused + begun) { $0 + $1.received * $1.count }
    }
}
