// The faults of one direction of one connection: which are in force, what is decided by chance, and what is told.

import CommandSpec
import Sockets

struct FaultCourse {
    let faults: Faults
    let connection: Int
    let leg: Leg
    private(set) var plan: FaultPlan
    private var generation: Int

    init(_ faults: Faults, _ connection: Int, _ leg: Leg) {
        self.faults = faults
        self.connection = connection
        self.leg = leg
        plan = faults.plan(for: connection, leg)
        generation = faults.generation
    }

    /// Takes over what is in force now. True if that is not what was.
    mutating func update() -> Bool {
        guard generation != faults.generation else { return false }
        self = FaultCourse(faults, connection, leg)
        return true
    }

    /// Says what is done to everything that passes.
    func announce() {
        if plan.latency > .zero || plan.jitter > .zero {
            tell(.latency) {
                $0.latency = plan.latency
                if plan.jitter > .zero { $0.jitter = plan.jitter }
            }
        }
        if let rate = plan.rate { tell(.rate) { $0.rate = rate } }
        if plan.slice != nil { tell(.slice) { $0.duration = plan.sliceDelay } }
    }

    func tell(_ kind: Fault.Kind, _ more: (inout Fault) -> Void = { _ in }) {
        var fault = Fault(connection: connection, leg: leg, kind: kind)
        more(&fault)
        faults.context.reporter.report(fault)
    }

    func dice(_ purpose: FaultDice.Purpose, at place: Int = 0) -> FaultDice {
        FaultDice(seed: faults.seed, connection: connection, leg, purpose, place)
    }

    /// How long what is at this place of the stream, or this datagram, takes longer.
    /// - Parameter place: counted in blocks of bytes, or datagrams.
    func delay(at place: Int) -> Duration {
        guard plan.jitter > .zero else { return plan.latency }
        var dice = dice(.jitter, at: place)
        return max(.zero, plan.latency + plan.jitter * (2 * dice.fraction() - 1))
    }
}
