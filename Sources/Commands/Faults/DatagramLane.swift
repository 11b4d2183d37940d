// What `--fault` does to the datagrams that one side of a relay sends.

import CommandSpec
import Sockets

final class DatagramLane {
    private var course: FaultCourse
    /// How many were taken.
    private var number = 0
    private var lastDue = Instant.now
    private var held = 0
    private var wasFull = false
    /// One that is to arrive after the one that follows.
    private var reordered: (() -> Void)?
    private var patience: Timer?

    /// So much is delayed; what comes beyond is lost, as in a router.
    private static let limit = 16 << 20
    /// So long the one that follows is waited for.
    private static let longestWait = Duration.milliseconds(100)

    init(_ faults: Faults, _ connection: Int, _ leg: Leg) {
        course = FaultCourse(faults, connection, leg)
        course.announce()
    }

    private var plan: FaultPlan { course.plan }
    private var faults: Faults { course.faults }

    /// - Parameter body: sends it.
    func take(_ bytes: [UInt8], _ body: @escaping ([UInt8]) -> Void) {
        if course.update() { course.announce() }
        number += 1
        var loss = course.dice(.loss, at: number)
        if loss.happens(plan.loss) { return course.tell(.loss) { [number] in $0.number = number } }
        let bytes = corrupted(bytes)
        var duplicate = course.dice(.duplicate, at: number)
        let isTwice = duplicate.happens(plan.duplicate)
        if isTwice { course.tell(.duplicate) { [number] in $0.number = number } }
        func arrive() {
            delay(bytes, body)
            if isTwice { delay(bytes, body) }
        }
        var reorder = course.dice(.reorder, at: number)
        if reordered == nil, reorder.happens(plan.reorder) {
            course.tell(.reorder) { [number] in $0.number = number }
            reordered = arrive
            patience = faults.context.loop.after(Self.longestWait) { [weak self] in self?.sendReordered() }
            return
        }
        arrive()
        sendReordered()
    }

    private func sendReordered() {
        patience = nil
        let late = reordered
        reordered = nil
        late?()
    }

    private func corrupted(_ bytes: [UInt8]) -> [UInt8] {
        guard plan.corrupt > 0 else { return bytes }
        var bytes = bytes
        var dice = course.dice(.corrupt, at: number)
        var place = 0
        while let gap = dice.gap(plan.corrupt), gap < bytes.count - place {
            place += gap
            let before = bytes[place]
            bytes[place] ^= 1 << UInt8(truncatingIfNeeded: dice.next() & 7)
            let after = bytes[place]
            course.tell(.corrupt) { [number, place] in
                ($0.offset, $0.number, $0.before, $0.after) = (place, number, before, after)
            }
            place += 1
        }
        return bytes
    }

    /// Sends it when it is due, in order.
    private func delay(_ bytes: [UInt8], _ body: @escaping ([UInt8]) -> Void) {
        let now = Instant.now
        let latency = course.delay(at: number)
        var due = max(lastDue, now + latency)
        if let rate = plan.rate { due = due + .seconds(Double(bytes.count) / Double(rate)) }
        guard due > now else {
            lastDue = now
            return body(bytes)
        }
        guard held + bytes.count <= Self.limit, !faults.isFull else {
            if !wasFull { course.tell(.full) { [number] in $0.number = number } }
            wasFull = true
            return course.tell(.loss) { [number] in $0.number = number }
        }
        lastDue = due
        held += bytes.count
        faults.hold(bytes.count)
        faults.context.loop.schedule(after: due - now) { [self] in
            held -= bytes.count
            faults.release(bytes.count)
            body(bytes)
        }
    }
}
