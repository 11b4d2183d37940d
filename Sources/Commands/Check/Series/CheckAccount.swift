// The account of one target that is tested again and again: how many probes were open, how long they took, how its state
// changed, and how long it was not open.

import CommandSpec
import Sockets

struct CheckAccount {
    /// From one state to another.
    struct Change {
        let time: Timestamp
        let from: CheckResult.State
        let to: CheckResult.State
    }

    private(set) var probes = 0
    private(set) var open = 0
    private(set) var connecting = Distribution()
    private(set) var roundTrips = Distribution()
    /// Those of the last probe; nil before the first.
    private(set) var last: CheckResult?
    private(set) var lastFailure: ExitStatus?
    private(set) var changes = 0
    /// The last of them.
    private(set) var recentChanges: [Change] = []
    /// How long the last probes took, in seconds; 0 for one that was not open.
    private(set) var course: [Float] = []
    /// Since when it is not open.
    private var outage: (began: Instant, at: Timestamp)?
    private var longest: (time: Duration, at: Timestamp)?

    private static let mostChanges = 10
    private static let mostCourse = 60

    var lost: Int { probes - open }
    /// In percent.
    var loss: Double { probes == 0 ? 0 : 100 * Double(lost) / Double(probes) }
    /// Why the last probe was not open; nil if it was.
    var status: ExitStatus { lastFailure ?? last?.status ?? .success }

    /// That of the last probe; nil before the first.
    private(set) var state: CheckResult.State?

    private mutating func change(to next: CheckResult.State) {
        if let state, state != next {
            changes += 1
            recentChanges.append(Change(time: .now, from: state, to: next))
            if recentChanges.count > Self.mostChanges { recentChanges.removeFirst() }
        }
        state = next
    }

    mutating func add(_ result: CheckResult, began: Instant) {
        change(to: result.state)
        last = result
        lastFailure = nil
        count(isOpen: result.state == .open, began: began)
        course.append(result.state == .open ? Float(result.answer.time.seconds) : 0)
        if course.count > Self.mostCourse { course.removeFirst() }
        guard result.state == .open else { return }
        connecting.add(result.answer.time)
        if let time = result.roundTrip, time > .zero { roundTrips.add(time) }
    }

    /// There was no address to test.
    mutating func add(_ failure: Failure, began: Instant) {
        lastFailure = failure.status
        change(to: .failed)
        count(isOpen: false, began: began)
        course.append(0)
        if course.count > Self.mostCourse { course.removeFirst() }
    }

    private mutating func count(isOpen: Bool, began: Instant) {
        probes += 1
        if isOpen {
            open += 1
            endOutage(at: began)
        } else if outage == nil {
            outage = (began, .now)
        }
    }

    private mutating func endOutage(at now: Instant) {
        guard let outage else { return }
        let time = now - outage.began
        if longest.map({ time > $0.time }) ?? true { longest = (time, outage.at) }
        self.outage = nil
    }

    /// The longest time that it was not open, and when that began; nil if it always was.
    func longestOutage(at now: Instant) -> (time: Duration, at: Timestamp)? {
        var account = self
        account.endOutage(at: now)
        return account.longest
    }
}
