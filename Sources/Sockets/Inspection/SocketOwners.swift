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
    private let sought: Set<UInt64>?
    /// Those of them that no owner is found of yet.
    private var missing: Set<UInt64>
    /// The descriptors by which they are held.
    private var numbers: Set<Int32> = []
    /// How many descriptors of a process are looked at when all are found.
    private static let furtherDescriptors = 1024
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

    /// Looks through `/proc`. A process that ends in between is left out. `ENOENT` where `/proc` is not mounted.
    ///
    /// A socket may have several owners: processes that were forked, or one that opened it for another. So it is
    /// not enough to have found one of each. But where all are found that are sought, the rest of a very long table
    /// of descriptors is skipped: of each process only so many more are looked at (`furtherDescriptors`), and those
    /// with the numbers by which others hold the sockets, as forked processes do. What may be missed is a further
    /// owner that has thousands of descriptors and the socket under another number than the first one.
    /// - Parameter name: of the processes to look into (`comm`); nil for all.
    /// - Parameter sought: the inodes of the sockets in question; nil for all there are.
    /// - Parameter meanwhile: called after each process, so that something else can be seen to.
    package init(
        ofProcesses name: [UInt8]? = nil, sought: Set<UInt64>? = nil, meanwhile: () -> Void = {}
    ) throws(Errno) {
        self.sought = sought
        missing = sought ?? []
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        try NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }
        var hidden = 0
        var failure: Errno?
        for pid in pids {
            meanwhile()
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
        var further = 0
        var last: Int32 = -1
        do {
            try OpenSocket.forEachDescriptor(of: pid, buffer: &buffer) { (descriptor, inode) throws(Errno) in
                if sought != nil, missing.isEmpty {
                    further += 1
                    if further > Self.furtherDescriptors { throw .cancelled }
                }
                if let inode { take(inode, descriptor, pid, &process) }
                last = descriptor
            }
        } catch .cancelled {
            let directory = try NumberedDirectory("/proc/\(pid)/fd")
            for number in numbers where number > last {
                if let inode = try directory.socketInode(number) { take(inode, number, pid, &process) }
            }
        }
        // With the directory closed: descriptors may be short.
        if let process { processes[Int(process)].name = ProcessHandle.name(of: pid) ?? [] }
    }

    /// - Parameter process: the place of the process among those that hold a socket, once it has one.
    private mutating func take(_ inode: UInt64, _ descriptor: Int32, _ pid: Int32, _ process: inout Int32?) {
        if let sought {
            guard sought.contains(inode) else { return }
            missing.remove(inode)
            numbers.insert(descriptor)
        }
        let index = process ?? Int32(processes.count)
        if process == nil { processes.append((pid, [])) }
        process = index
        holdings.append(Holding(process: index, descriptor: descriptor, next: first[inode] ?? -1))
        first[inode] = Int32(holdings.count - 1)
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
