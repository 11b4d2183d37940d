// The fourth promise: a blocked stdout, stderr, recording or file holds up who feeds it, and nobody's signals or
// deadline. What is blocked is full before the first byte comes for it, and nobody ever reads it.

import Foundation
import Glibc
import Testing

enum Blockage: String, Scenario {
    static let promise = "4 blocked"

    case stdoutSignal = "stdout, SIGTERM"
    case stdoutDeadline = "stdout, --deadline"
    case stderrSignal = "stderr, SIGTERM"
    case stderrDeadline = "stderr, --deadline"
    case recordSignal = "--record, SIGTERM"
    case recordDeadline = "--record, --deadline"
    case outputSignal = "--output, SIGTERM"
    case outputDeadline = "--output, --deadline"

    var isSignal: Bool { rawValue.hasSuffix("SIGTERM") }

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        switch self {
        case .stdoutSignal, .stdoutDeadline:
            way.destination == .stdout || format.isJSON ? nil : "it writes nothing to stdout"
        case .outputSignal, .outputDeadline:
            way.destination == .stdout ? nil : "it has no --output, or nothing for it"
        default: nil
        }
    }
}

@Suite("Promise 4: what is blocked holds up nobody's signals or deadline")
struct BlockedOutputs {
    /// How long a command may take to end: the grace for what is left to be written, and what a busy machine adds.
    static let grace: TimeInterval = 5

    @Test("it ends all the same", arguments: Blockage.cells)
    func ends(_ cell: Cell<Blockage>) async throws {
        try await keep(cell, among: .waiting) { stage in
            stage.payload = Lines.bytes(5_000, of: "ours")
            var options = cell.scenario.isSignal ? [] : ["--deadline", "1s"]
            var blocked = Stage.Blocked.nothing
            var fifo: Drain?
            switch cell.scenario {
            case .stdoutSignal, .stdoutDeadline:
                blocked = .stdout
                options.append("--stats")
            case .stderrSignal, .stderrDeadline:
                blocked = .stderr
                options.append("--hex")
            case .recordSignal, .recordDeadline, .outputSignal, .outputDeadline:
                let isRecord = cell.scenario == .recordSignal || cell.scenario == .recordDeadline
                // Of events the one, of packets the other.
                let path = stage.scene.path(cell.scenario == .recordDeadline ? "fifo.pcapng" : "fifo")
                fifo = try Drain(fifo: path)
                try fifo!.stuff()
                options += [isRecord ? "--record" : "-O", path]
            }
            let started = Deadline(in: 1 + Self.grace)
            try stage.start(options, blocked: blocked)
            let hearer = stage.way.destination == .others ? try stage.meet() : nil
            let peer = try stage.meet()
            try? peer.send(Lines.bytes(40_000), within: 1)
            if cell.scenario.isSignal {
                try stage.program.waitUntilIdle(within: stage.patience)
                stage.program.signal(SIGTERM)
                try stage.demandEnd(.signal(SIGTERM), within: Self.grace)
            } else {
                try stage.demandEnd(.status(5), within: started.remaining)
            }
            if blocked == .stdout, !stage.format.isJSON { try stage.demandLossSaid() }
            withExtendedLifetime((fifo, hearer)) {}
        }
    }

    @Test("does not apply", arguments: Blockage.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }
}

extension Program {
    /// Waits until it waits, or has ended: it sleeps, and has taken no processor time for some moments.
    func waitUntilIdle(within seconds: TimeInterval) throws {
        var last = -1.0
        var quiet = 0
        try poll(for: "it waits", within: seconds) {
            guard let time = try? processorTime() else { return !isRunning }
            let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            quiet = time == last && state?.contains(") S ") == true ? quiet + 1 : 0
            last = time
            if quiet < 3 { usleep(20_000) }
            return quiet == 3
        }
    }
}
