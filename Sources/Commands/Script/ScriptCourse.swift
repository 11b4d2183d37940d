// How far a script has come. Pure: it is told what comes and what was sent, and says what is to be done.

import CommandSpec
import Framing

struct ScriptCourse {
    private let steps: [Script.Step]
    /// Whether what comes are messages.
    private let isFramed: Bool
    /// The first expectation that is not met; the number of steps where none is left. Expectations may be met ahead of
    /// what is to be sent before them, as the peer may speak first.
    private var expected = 0
    /// The first step that is not done.
    private var next = 0
    private var search: TextSearch?
    /// What has come since the last expectation was met: how much, and the end of it.
    private var came = (count: 0, end: [UInt8]())

    /// How much of what has come is shown.
    private static let most = 64

    init(_ steps: [Script.Step], isFramed: Bool) {
        self.steps = steps
        self.isFramed = isFramed
        expect(from: 0)
    }

    var isDone: Bool { next == steps.count }
    /// What is to be sent now.
    var sending: [UInt8]? { next < expected ? steps[next].bytes : nil }
    /// The step that is waited for, all before it being done; nil where there is something to be sent.
    var awaited: Int? { next == expected && !isDone ? expected : nil }
    /// Whether something still has to come.
    var expectsMore: Bool { expected < steps.count }

    /// Takes what has come: a message, or bytes of a stream.
    /// - Returns: the steps that are done by that.
    mutating func take(_ bytes: RawSpan) -> [Int] {
        var met: [Int] = []
        var offset = 0
        if isFramed { search?.restart() }
        while let end = search?.end(in: bytes, from: offset) {
            met.append(expected)
            expect(from: expected + 1)
            offset = isFramed ? bytes.byteCount : end
        }
        if search != nil { remember(bytes.extracting(droppingFirst: offset)) }
        return met
    }

    /// What was to be sent was.
    /// - Returns: the step that is done by that.
    mutating func haveSent() -> Int {
        defer {
            next += 1
            passExpectations()
        }
        return next
    }

    private mutating func expect(from start: Int) {
        expected = steps[start...].firstIndex { $0.isExpectation } ?? steps.count
        search = expected < steps.count ? TextSearch(steps[expected].bytes) : nil
        came = (0, [])
        passExpectations()
    }

    private mutating func passExpectations() {
        while next < expected, steps[next].isExpectation { next += 1 }
    }

    private mutating func remember(_ bytes: RawSpan) {
        came.count += bytes.byteCount
        came.end.append(bytes.extracting(last: Self.most))
        came.end.removeFirst(max(0, came.end.count - Self.most))
    }

    // MARK: In words

    /// Which step a number stands for: `step 2 of 3`.
    func title(_ index: Int) -> String { "step \(index + 1) of \(steps.count)" }

    func step(_ index: Int) -> Script.Step { steps[index] }

    /// What is said where an expectation is not met.
    /// - Parameter reason: why nothing more comes.
    func complaint(_ reason: String) -> String {
        "\(title(expected)): expected \(Escapes.quoted(steps[expected].bytes)), but \(reason); \(received)"
    }

    private var received: String {
        let since = steps[..<expected].lastIndex { $0.isExpectation }.map { " since step \($0 + 1)" } ?? ""
        if came.count == 0 { return "nothing was received" + since }
        let extent = came.count > came.end.count ? ", the last \(came.end.count) of \(came.count) bytes" : ""
        return "received\(since)\(extent): \(Escapes.quoted(came.end))"
    }
}

extension Script.Step {
    var isExpectation: Bool { if case .expect = self { true } else { false } }

    var bytes: [UInt8] {
        switch self {
        case .expect(let bytes), .send(let bytes): bytes
        }
    }
}
