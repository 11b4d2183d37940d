// The race of a name's addresses on loopback: who wins, in which order they are tried, and that nobody has won before
// everything is established.

import CommandSpec
import Sockets
import Testing

@testable import Commands

@Suite struct RaceTests {
    /// Holds a race, and answers it as the test says.
    private final class Holder: RaceDelegate {
        let loop: EventLoop
        var told: [String] = []
        /// What becomes of a connection; nil if it is never established.
        var answer: (Race.Attempt) -> Failure.Cause?? = { _ in .some(nil) }
        var race: Race?
        var outcome: Race.Outcome?
        var failures: [Failure.Attempt] = []

        private let settings: Settings

        init() throws {
            loop = try EventLoop()
            guard case .run(_, let arguments) = try Program.sockctl.parse(["connect", "1"].map { Word($0) })
            else {
                fatalError("no command")
            }
            settings = try Settings(arguments)
        }

        func run(_ addresses: [SocketAddress], within limit: Duration = .seconds(10)) throws {
            let race = Race(Candidates(addresses, of: "name"), within: limit, loop, self)
            self.race = race
            loop.schedule(after: .zero) { race.start() }
            try loop.run()
        }

        func socket(for address: SocketAddress) throws(Failure) -> DialSocket {
            told.append("try \(address.port ?? 0)")
            return try DialSocket(address.family, .connection, from: nil, settings)
        }

        func establish(_ attempt: Race.Attempt) {
            told.append("connected \(attempt.address.port ?? 0)")
            switch answer(attempt) {
            case .some(nil): race?.established(attempt)
            case .some(let cause?): race?.failed(attempt, cause)
            case nil: break
            }
        }

        func failed(_ attempt: Race.Attempt, _ cause: Failure.Cause) {
            told.append("failed \(attempt.address.port ?? 0)")
        }

        func fail() { Issue.record("\(told), \(failures)") }

        func ended(_ outcome: Race.Outcome, _ candidates: Candidates) {
            self.outcome = outcome
            failures = candidates.failures
            loop.stop()
        }
    }

    /// A port that accepts, and one that refuses.
    private final class Ports {
        let open: Socket
        let closed: Socket

        init() throws {
            open = try Socket(.inet, .stream)
            try open.bind(to: .inet(.any, port: 0))
            try open.listen(backlog: 8)
            closed = try Socket(.inet, .stream)
            try closed.bind(to: .inet(.loopback, port: 0))
        }

        var openPort: UInt16 { ((try? open.localAddress()) ?? nil)?.port ?? 0 }
        var closedPort: UInt16 { ((try? closed.localAddress()) ?? nil)?.port ?? 0 }
    }

    private func inet(_ port: UInt16, _ last: UInt32 = 1) -> SocketAddress {
        .inet(IPv4Address(0x7f00_0000 + last), port: port)
    }

    @Test func theNextIsTriedAtOnceWhereOneRefuses() throws {
        let ports = try Ports()
        let (open, closed) = (ports.openPort, ports.closedPort)
        let holder = try Holder()
        try holder.run([inet(closed), inet(open), inet(open, 2)])
        guard case .made(let attempt) = holder.outcome else { return holder.fail() }
        #expect(attempt.address == inet(open))
        #expect(
            holder.told == [
                "try \(closed)", "failed \(closed)", "try \(open)", "connected \(open)",
            ])
        #expect(holder.failures.map(\.cause.code) == ["ECONNREFUSED"])
    }

    @Test func allFailed() throws {
        let ports = try Ports()
        let holder = try Holder()
        try holder.run([inet(ports.closedPort), inet(ports.closedPort, 1)])
        guard case .failed = holder.outcome else { return holder.fail() }
        #expect(holder.failures.count == 2)
    }

    @Test func whoIsNotEstablishedHasNotWon() throws {
        let ports = try Ports()
        let open = ports.openPort
        let holder = try Holder()
        holder.answer = { _ in .words("no") }
        try holder.run([inet(open), inet(open)])
        guard case .failed = holder.outcome else { return holder.fail() }
        #expect(holder.failures.map(\.cause.message) == ["no", "no"])
    }

    @Test func theNextJoinsWhileOneIsBeingEstablished() throws {
        let ports = try Ports()
        let port = ports.openPort
        let holder = try Holder()
        holder.answer = { [self] in $0.address == inet(port) ? nil : .some(nil) }
        let start = Instant.now
        try holder.run([inet(port), inet(port, 2)])
        guard case .made(let attempt) = holder.outcome else { return holder.fail() }
        #expect(attempt.address == inet(port, 2))
        #expect(Instant.now - start >= Race.attemptDelay)
        #expect(holder.told == ["try \(port)", "connected \(port)", "try \(port)", "connected \(port)"])
    }

    @Test func theTimeIsThatOfAllTogether() throws {
        let ports = try Ports()
        let holder = try Holder()
        holder.answer = { _ in nil }
        try holder.run([inet(ports.openPort)], within: .milliseconds(20))
        guard case .timedOut = holder.outcome else { return holder.fail() }
        #expect(holder.failures.map(\.cause.code) == ["ETIMEDOUT"])
    }
}
