// The faults of a run: what `--fault` and `--faults` ask for, which connections have them, and how much waits because of
// them in all.

import CommandSpec
import Sockets

final class Faults {
    let seed: UInt64
    private(set) var specs: [FaultSpec]
    /// Counted up whenever other faults are in force.
    private(set) var generation = 0
    private let file: Word?
    private let isOfDatagrams: Bool
    /// Those of the command line.
    private var fixed: [FaultSpec] = []
    /// Lines that wait until less is held.
    private var waiting: [ObjectIdentifier: FaultLine] = [:]
    unowned let context: Context

    /// How many bytes wait because of faults, in all directions of all connections.
    private(set) var held = 0
    /// Whether connections have a line even where nothing is asked for yet.
    var mayChange: Bool { file != nil }
    /// How many may; beyond that the senders are held up.
    static let limit = 256 << 20

    /// Nil where there are none.
    init?(_ context: Context, _ arguments: Arguments, ofDatagrams: Bool) throws(Failure) {
        file = arguments[Options.faults]
        specs = []
        let texts = arguments.all(Options.fault)
        guard !texts.isEmpty || file != nil else { return nil }
        self.context = context
        isOfDatagrams = ofDatagrams
        let given = arguments[Options.seed]
        seed = given.map { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        for text in texts {
            do throws(FaultSpec.Malformed) { fixed.append(try FaultSpec(text)) } catch {
                throw Failure("option", "--fault", words: error.words, status: .usage)
            }
        }
        try Self.check(fixed, ofDatagrams: ofDatagrams)
        specs = fixed + (try file.map { (file) throws(Failure) in try read(file) } ?? [])
        tell()
        guard file != nil, BorrowedDescriptor.standardInput.isTerminal == false else { return }
        context.run.on(.hangUp) { [unowned self] in readAgain() }
    }

    private func tell() {
        context.reporter.report(FaultsInForce(seed: seed, faults: specs.map(\.text)))
    }

    /// Reads the file again, as a whole: an error changes nothing.
    private func readAgain() {
        guard let file else { return }
        do throws(Failure) {
            specs = fixed + (try read(file))
            generation += 1
            tell()
        } catch {
            context.reporter.report(Failed(failure: error))
        }
    }

    private func read(_ file: Word) throws(Failure) -> [FaultSpec] {
        let bytes = try context.contents(ofFile: file, atMost: 1 << 20) { name in
            Failure("read", name, words: "longer than any list of faults", status: .usage)
        }
        var specs: [FaultSpec] = []
        for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            guard let first = text.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            do throws(FaultSpec.Malformed) {
                specs.append(try FaultSpec(String(text.split(separator: " ").joined())))
            } catch {
                throw Failure(
                    "read", file.text, words: "line \(index + 1): \(error.words)", status: .usage)
            }
        }
        try Self.check(specs, ofDatagrams: isOfDatagrams)
        return specs
    }

    private static func check(_ specs: [FaultSpec], ofDatagrams: Bool) throws(Failure) {
        let others = ofDatagrams ? FaultSpec.ofStreams : FaultSpec.ofDatagrams
        for spec in specs {
            guard let name = spec.names.first(where: others.contains) else { continue }
            throw Failure(
                "option", "--fault",
                words:
                    "\(name) is for \(ofDatagrams ? "connections: 'listen --to'" : "datagrams: 'udp recv --to'")",
                status: .usage)
        }
    }

    // MARK: What waits

    var isFull: Bool { held >= Self.limit }

    func hold(_ count: Int) { held += count }

    func release(_ count: Int) {
        held -= count
        guard !waiting.isEmpty, held <= Self.limit / 2 else { return }
        let lines = waiting
        waiting = [:]
        for line in lines.values { line.hasRoom() }
    }

    /// Calls the line's `hasRoom` once.
    func whenRoom(_ line: FaultLine) { waiting[ObjectIdentifier(line)] = line }

    // MARK: Who has which

    /// What is in force for a connection.
    private func specs(for connection: Int) -> [FaultSpec] {
        specs.enumerated().filter { index, spec in
            guard let share = spec.share else { return true }
            var dice = FaultDice(seed: seed, connection: connection, nil, .share, index)
            return dice.happens(share)
        }.map(\.element)
    }

    /// Whether a connection is turned away.
    func refuses(_ connection: Int) -> Bool {
        specs(for: connection).enumerated().contains { index, spec in
            guard let chance = spec.refuse else { return false }
            var dice = FaultDice(seed: seed, connection: connection, nil, .refuse, index)
            return dice.happens(chance)
        }
    }

    /// What is in force for what one side of a connection sends.
    func plan(for connection: Int, _ leg: Leg) -> FaultPlan {
        var plan = FaultPlan()
        for spec in specs(for: connection) where spec.direction == nil || spec.direction == leg.rawValue {
            plan.add(spec)
        }
        return plan
    }
}

/// What is done to one direction.
struct FaultPlan: Equatable {
    var latency = Duration.zero
    var jitter = Duration.zero
    /// In bytes a second.
    var rate: Int?
    var corrupt = 0.0
    var loss = 0.0
    var duplicate = 0.0
    var reorder = 0.0
    var cutAfter: FaultSpec.Limit?
    var resetAfter: FaultSpec.Limit?
    var stallAfter: FaultSpec.Limit?
    var stallTime: Duration?
    var slice: Int?
    var sliceDelay = Duration.zero

    mutating func add(_ spec: FaultSpec) {
        latency = spec.latency ?? latency
        jitter = spec.jitter ?? jitter
        rate = spec.rate ?? rate
        corrupt = spec.corrupt ?? corrupt
        loss = spec.loss ?? loss
        duplicate = spec.duplicate ?? duplicate
        reorder = spec.reorder ?? reorder
        cutAfter = spec.cutAfter ?? cutAfter
        resetAfter = spec.resetAfter ?? resetAfter
        if spec.stallAfter != nil { (stallAfter, stallTime) = (spec.stallAfter, spec.stallTime) }
        if spec.slice != nil { (slice, sliceDelay) = (spec.slice, spec.sliceDelay ?? .zero) }
    }
}
