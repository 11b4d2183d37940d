// The descriptors of another process: which are sockets, and a duplicate of one to look at.

import CLinux
import Glibc

/// A descriptor of a process that is a socket.
package struct OpenSocket: Hashable, Sendable {
    package let descriptor: Int32
    package let inode: UInt64

    /// Calls `body` with each descriptor of a process, and its inode if it is a socket: the links of
    /// `/proc/PID/fd`. A process whose first thread has ended has none there: they are those of a thread that
    /// goes on.
    static func forEachDescriptor(
        of pid: Int32, buffer: inout [UInt8], _ body: (Int32, UInt64?) throws(Errno) -> Void
    ) throws(Errno) {
        do {
            if try forEachDescriptor(in: "/proc/\(pid)/fd", buffer: &buffer, body) { return }
        } catch  where [.accessDenied, .notPermitted].contains(error) {
            // That of an ended thread belongs to root.
            guard ProcessStatus(entry: pid)?.isZombie == true else { throw error }
        }
        for thread in threads(of: pid, buffer: &buffer) {
            let path = "/proc/\(pid)/task/\(thread)/fd"
            if (try? forEachDescriptor(in: path, buffer: &buffer, body)) == true { return }
        }
    }

    /// The threads of a process but the first.
    static func threads(of pid: Int32, buffer: inout [UInt8]) -> [Int32] {
        var threads: [Int32] = []
        // One that ends meanwhile is no matter.
        try? NumberedDirectory("/proc/\(pid)/task").forEachNumber(buffer: &buffer) { threads.append($0) }
        return threads.filter { $0 != pid }
    }

    /// Whether there was any descriptor at all.
    private static func forEachDescriptor(
        in path: String, buffer: inout [UInt8], _ body: (Int32, UInt64?) throws(Errno) -> Void
    ) throws(Errno) -> Bool {
        let directory = try NumberedDirectory(path)
        var isUsed = false
        try directory.forEachNumber(buffer: &buffer) { (descriptor) throws(Errno) in
            isUsed = true
            try body(descriptor, try directory.socketInode(descriptor))
        }
        return isUsed
    }
}

/// A process. It cannot be mistaken for a later one with its number, where the kernel has pidfd_open(2).
package struct ProcessHandle: ~Copyable {
    package let pid: Int32
    private let descriptor: OwnedDescriptor
    /// Why there is no descriptor: this kernel or a sandbox has no `pidfd_open`.
    private let refusal: Errno?
    /// The number of the process in `/proc`, which may be that of another PID namespace; 0 if it is not there.
    private let entry: Int32

    /// `pidfd_open(2)`.
    package init(pid: Int32) throws(InspectionError) {
        self.pid = pid
        do {
            descriptor = OwnedDescriptor(try call { clinux_pidfd_open(pid) })
            refusal = nil
            entry = ProcMount.hasOurNumbers ? pid : Self.entry(of: descriptor.number)
        } catch {
            // Of a thread's number it says EINVAL; the other refusals are none of this process.
            guard error.refusesCall, error != .invalidArgument, Self.exists(pid),
                ProcessStatus(pid)?.group ?? pid == pid
            else { throw InspectionError(error.refusesCall ? .noSuchFile : error, pid: pid) }
            descriptor = OwnedDescriptor(-1)
            refusal = error
            entry = ProcMount.hasOurNumbers ? pid : 0
        }
    }

    /// `getpid(2)`.
    package static var own: Int32 { getpid() }

    /// Whether there is such a process, or thread, of whomever: `kill(2)` with no signal.
    static func exists(_ pid: Int32) -> Bool {
        // Other numbers stand for several processes.
        pid > 0 && (kill(pid, 0) == 0 || errno == EPERM)
    }

    /// The command's name, at most 15 bytes; nil if the process is gone.
    package var name: [UInt8]? { Self.name(of: entry) }

    /// The number by which `/proc` has the process of a pidfd: `/proc/self/fdinfo/N`.
    private static func entry(of descriptor: Int32) -> Int32 {
        guard let text = try? OwnedDescriptor.contents(of: "/proc/self/fdinfo/\(descriptor)") else {
            return 0
        }
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Pid:") }
        return line.flatMap { Int32($0.dropFirst("Pid:".count).drop { $0 == "\t" }) } ?? 0
    }

    /// A duplicate of a socket of the process: `pidfd_getfd(2)`. It is the same open socket: reading from it or
    /// changing it is felt by the process, and holding it keeps it open.
    package func socket(_ number: Int32) throws(InspectionError) -> OwnedDescriptor {
        let duplicate: OwnedDescriptor
        do throws(Errno) {
            if let refusal { throw refusal }
            duplicate = try self.duplicate(number)
        } catch {
            guard refusal == nil, error != .notImplemented else { throw .unavailable(pid: pid, error) }
            throw InspectionError(error, pid: pid, descriptor: number)
        }
        guard (try? duplicate.kind()) == .socket else { throw .notASocket(number, pid: pid) }
        return duplicate
    }

    /// A duplicate of any descriptor. Where the first thread has ended it has none, and one that goes on is asked.
    private func duplicate(_ number: Int32) throws(Errno) -> OwnedDescriptor {
        do {
            return OwnedDescriptor(try call { clinux_pidfd_getfd(descriptor.number, number) })
        } catch  where error == .badDescriptor || error.rawValue == ESRCH {
            var buffer = [UInt8](repeating: 0, count: 4 << 10)
            // Threads are asked by numbers that system calls take.
            guard ProcessStatus(pid)?.isZombie == true,
                let thread = OpenSocket.threads(of: pid, buffer: &buffer).first
            else { throw error }
            let handle = OwnedDescriptor(try call { clinux_pidfd_open_thread(thread) })
            return OwnedDescriptor(try call { clinux_pidfd_getfd(handle.number, number) })
        }
    }

    /// The sockets among the descriptors of the process, in order.
    package func sockets() throws(InspectionError) -> [OpenSocket] {
        guard entry > 0 else { throw .noProc(pid: pid) }
        var sockets: [OpenSocket] = []
        do {
            var buffer = [UInt8](repeating: 0, count: 32 << 10)
            try OpenSocket.forEachDescriptor(of: entry, buffer: &buffer) { descriptor, inode in
                if let inode { sockets.append(OpenSocket(descriptor: descriptor, inode: inode)) }
            }
        } catch {
            throw InspectionError(error, pid: pid)
        }
        return sockets.sorted { $0.descriptor < $1.descriptor }
    }

    /// `/proc/PID/comm`: whatever bytes the process has chosen, line feeds among them, and the one that ends it.
    static func name(of pid: Int32) -> [UInt8]? {
        guard let comm = try? OwnedDescriptor.contents(of: "/proc/\(pid)/comm") else { return nil }
        return comm.last == UInt8(ascii: "\n") ? comm.dropLast() : comm
    }
}
