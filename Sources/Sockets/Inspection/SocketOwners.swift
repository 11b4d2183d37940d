// Which process holds which socket: the links of /proc/*/fd, read once for the whole system.

import Glibc

/// A process that holds a socket, and by which descriptor.
package struct SocketOwner: Hashable, Sendable {
    package let pid: Int32
    /// The command's name, at most 15 bytes of any value (`comm`).
    package let nameBytes: [UInt8]
    package let descriptor: Int32

    package init(pid: Int32, nameBytes: [UInt8], descriptor: Int32) {
        self.pid = pid
        self.nameBytes = nameBytes
        self.descriptor = descriptor
    }

    /// The name as text, with U+FFFD in place of what is not UTF-8.
    package var name: String { String(decoding: nameBytes, as: UTF8.self) }
}

/// The processes that hold the sockets of the system.
package struct SocketOwners: Sendable {
    private struct Holding {
        let process: Int32
        let descriptor: Int32
        /// The next that has the same socket, -1 for none.
        let next: Int32
    }
    private var processes: [(pid: Int32, name: [UInt8])] = []
    private var holdings: [Holding] = []
    /// A socket's inode, and the holding found last.
    private var first: [UInt64: Int32] = [:]
    /// Why a socket for which no owner is found may have one; nil if all processes were looked into.
    package private(set) var obstacle: Obstacle?

    /// What keeps processes from being looked into.
    package enum Obstacle: Hashable, Sendable {
        /// So many did not let themselves be looked into (`EACCES`).
        case protected(Int)
        /// `/proc` is mounted such that it does not show the processes of others (`hidepid`).
        case hiddenByMount
        /// There are processes outside of this PID namespace, or of the one that `/proc` is of.
        case otherNamespace
        /// Looking failed: there were no more descriptors to be had, for example.
        case failed(Errno)
    }

    /// Looks through `/proc`, and at every descriptor there is: a socket that processes share, as those do that a
    /// server forks, or the one that opened it for the others, has all of them as owners. A process that ends
    /// meanwhile is left out. `ENOENT` where `/proc` is not mounted.
    /// - Parameter name: of the processes to look into (`comm`); nil for all.
    package init(ofProcesses name: [UInt8]? = nil) throws(Errno) {
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        try NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }
        var hidden = 0
        var failure: Errno?
        for pid in pids {
            if let name, ProcessHandle.name(of: pid) != name { continue }
            do {
                try look(into: pid, &buffer)
            } catch .accessDenied {
                hidden += 1
            } catch .notPermitted {
                hidden += 1
            } catch  where error == .noSuchFile || error.rawValue == ESRCH {
                continue
            } catch {
                failure = error
            }
        }
        obstacle =
            if let failure {
                .failed(failure)
            } else if ProcMount.hidesProcesses {
                .hiddenByMount
            } else if hidden > 0 {
                .protected(hidden)
            } else if !Namespace.isInitial("pid") { .otherNamespace } else { nil }
    }

    private mutating func look(into pid: Int32, _ buffer: inout [UInt8]) throws(Errno) {
        var process: Int32?
        try OpenSocket.forEachDescriptor(of: pid, buffer: &buffer) { descriptor, inode in
            guard let inode else { return }
            let index = process ?? Int32(processes.count)
            if process == nil { processes.append((pid, [])) }
            process = index
            holdings.append(Holding(process: index, descriptor: descriptor, next: first[inode] ?? -1))
            first[inode] = Int32(holdings.count - 1)
        }
        // With the directory closed: descriptors may be short.
        if let process { processes[Int(process)].name = ProcessHandle.name(of: pid) ?? [] }
    }

    /// The owners of the socket with this inode, lowest process and descriptor first. None for a socket of the
    /// kernel, of a process that is not seen, or that is not accepted yet.
    package subscript(inode inode: UInt64) -> [SocketOwner] {
        guard inode != 0, var index = first[inode] else { return [] }
        var owners: [SocketOwner] = []
        while index >= 0 {
            let holding = holdings[Int(index)]
            let process = processes[Int(holding.process)]
            owners.append(
                SocketOwner(pid: process.pid, nameBytes: process.name, descriptor: holding.descriptor))
            index = holding.next
        }
        if owners.count > 1 { owners.sort { ($0.pid, $0.descriptor) < ($1.pid, $1.descriptor) } }
        return owners
    }
}
