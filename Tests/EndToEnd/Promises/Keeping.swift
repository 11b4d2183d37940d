// Runs cells, some at a time, each on a thread of its own: most of them wait. What a cell finds broken it throws;
// here it becomes an issue.

import Foundation
import Testing

/// A promise that was not kept.
struct Breach: Error, CustomStringConvertible {
    let description: String
}

func demand(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw Breach(description: what()) }
}

func keep<S: Scenario>(
    _ cell: Cell<S>, among width: Width = .busy, _ body: @escaping @Sendable (Stage) throws -> Void
) async throws {
    try cell.transport.form.require()
    // What makes the certificates.
    if cell.transport == .tls || cell.way.relaysToTLS { _ = try Tool.openssl.require() }
    await keep(cell.key, among: width) { scene, patience in
        try body(Stage(scene, cell.way, cell.transport, cell.format, patience: patience))
    }
}

/// The same for a row that is in no table.
func keep(
    _ key: String, among width: Width = .busy,
    _ body: @escaping @Sendable (Scene, TimeInterval) throws -> Void
) async {
    await width.enter()
    let broken = await withCheckedContinuation { (continuation: CheckedContinuation<String?, Never>) in
        Thread.detachNewThread {
            do {
                try scene { scene in
                    do { try body(scene, patience) } catch let breach as Breach {
                        throw Unexpected(breach.description)
                    }
                }
                continuation.resume(returning: nil)
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
    }
    await width.leave()
    Report.note(key, broken)
    if let broken { Issue.record("\(key)\n\(broken)") }
}

/// How many cells there are at a time.
actor Width {
    static let busy = Width(6)
    /// Of those that do next to nothing but wait.
    static let waiting = Width(16)
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func enter() async {
        if free > 0 { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// SOCKCTL_PROMISES_REPORT=FILE: a line for each cell, `kept` or `broken`, then its key, then the first line of why.
private enum Report {
    private static let lock = NSLock()
    private static let path = ProcessInfo.processInfo.environment["SOCKCTL_PROMISES_REPORT"]

    static func note(_ key: String, _ broken: String?) {
        guard let path else { return }
        let why = broken?.split(separator: "\n").first.map { "\t\($0)" } ?? ""
        let line = "\(broken == nil ? "kept" : "broken")\t\(key)\(why)\n"
        lock.withLock {
            guard let file = fopen(path, "a") else { return }
            fputs(line, file)
            fclose(file)
        }
    }
}
