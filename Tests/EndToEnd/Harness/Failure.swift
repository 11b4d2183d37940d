// What a helper of this harness throws when the world is not as it should be: a call that failed, a wait
// that came to its deadline. It carries a sentence and, where there is one, the state of the programs.

import Foundation
import Glibc

struct Unexpected: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }

    /// The failure of a C call, with errno's own words.
    static func call(_ name: String, _ number: Int32 = errno) -> Unexpected {
        Unexpected("\(name): \(String(cString: strerror(number)))")
    }
}

/// Generous, because it only ever ends a test that has already failed. PATIENCE makes it shorter for those
/// who want to see many fail, and longer on a machine that is busy with other things.
let patience: TimeInterval = {
    let wanted = ProcessInfo.processInfo.environment["PATIENCE"].flatMap(TimeInterval.init)
    return wanted ?? 30
}()

/// The moment at which a wait is given up.
struct Deadline {
    private let end: UInt64

    init(in seconds: TimeInterval = patience) {
        end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    }

    var remaining: TimeInterval {
        let now = DispatchTime.now().uptimeNanoseconds
        return now >= end ? 0 : Double(end - now) / 1e9
    }

    var isOver: Bool { remaining == 0 }

    /// For `poll(2)`.
    var milliseconds: Int32 { Int32((remaining * 1000).rounded(.up)) }
}

/// Looks again and again until `condition` holds, for what nothing announces.
func poll(for what: String, within seconds: TimeInterval = patience, _ condition: () throws -> Bool) throws {
    let deadline = Deadline(in: seconds)
    while try !condition() {
        if deadline.isOver { throw Unexpected("waited \(seconds) s in vain: \(what)") }
        usleep(5_000)
    }
}

/// Runs `body` on a thread of its own; `value()` waits for what it gives or throws.
final class Background<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<Value, any Error>?

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let result = Result(catching: body)
            condition.withLock {
                self.result = result
                condition.broadcast()
            }
        }
    }

    func value(within seconds: TimeInterval = 4 * patience) throws -> Value {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while result == nil {
            guard condition.wait(until: limit) else {
                throw Unexpected("a helper thread did not finish within \(seconds) s")
            }
        }
        return try result!.get()
    }
}
