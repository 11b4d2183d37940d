// What the kernel says of a running program: its memory and its processor time.

import Foundation
import Glibc

extension Program {
    /// The peak of resident memory in bytes, of a process that is still there.
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let match = status.firstMatch(of: /VmHWM:\s+(\d+) kB/), let size = Int(match.1) else {
            throw Unexpected("no VmHWM, it has ended: \(self)")
        }
        return size << 10
    }

    /// How much of a processor it takes during this time: a loop that spins takes all it can get, one that
    /// waits none.
    func processorShare(during seconds: Double) throws -> Double {
        guard isRunning else { throw Unexpected("ended too early: \(self)") }
        let before = try processorTime()
        usleep(UInt32(seconds * 1e6))
        return (try processorTime() - before) / seconds
    }

    /// How many descriptors it has open.
    func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    /// User and system time in seconds, of a process that is still there.
    func processorTime() throws -> Double {
        let line = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = line[(line.lastIndex(of: ")") ?? line.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw Unexpected("not a line of /proc/PID/stat: \(line)")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
