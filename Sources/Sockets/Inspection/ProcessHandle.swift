// The descriptors of another process: which are sockets, and a duplicate of one to look at.

import CLinux
import Glibc

/// A descriptor of a process that is a socket.
package struct OpenSocket: Hashable, Sendable {
    package let descriptor: Int32
    package let inode: UInt64
}

/// A process. It cannot be mistaken for a later one with its number, where the kernel has pidfd_open(2).
package struct ProcessHandle: ~Copyable {
    package let pid: Int32
    private let descriptor: OwnedDescriptor
    /// Why there is no descriptor: this kernel or a sandbox has no `pidfd_open`.
    private let refusal: Errno?

    /// `pidfd_open(2)`.
    package init(pid: Int32) throws(InspectionError) {
        self.pid = pid
        do {
            descriptor = OwnedDescriptor(try call { clinux_pidfd_open(pid) })
            refusal = nil
        } catch {
            // Of a thread's number it says EINVAL; the other refusals are none of this process.
            guard error.refusesCall, error != .invalidArgument, Self.exists(pid),
                ProcessStatus(pid)?.group ?? pid == pid
            else { throw InspectionError(error.refusesCall ? .noSuchFile : error, pid: pid) }
            descriptor = OwnedDescriptor(-1)
            refusal = error
        }
    }

    /// Whether there is such a process, or thread, of whomever: `kill(2)` with no signal.
    static func exists(_ pid: Int32) -> Bool {
        // Other numbers stand for several processes.
        pid > 0 && (kill(pid, 0) == 0 || errno == EPERM)
    }

    /// The command's name, at most 15 bytes; nil if the process is gone.
    package var name: String? { Self.name(of: pid) }

    /// A duplicate of a socket of the process: `pidfd_getfd(2)`. It is the same open socket: reading from it or
    /// changing it is felt by the process, and holding it keeps it open.
    package func socket(_ number: Int32) throws(InspectionError) -> OwnedDescriptor {
        let duplicate: OwnedDescriptor
        do throws(Errno) {
            if let refusal { throw refusal }
            duplicate = OwnedDescriptor(try call { clinux_pidfd_getfd(descriptor.number, number) })
        } catch {
            guard refusal == nil, error != .notImplemented else { throw .unavailable(pid: pid, error) }
            throw InspectionError(error, pid: pid, descriptor: number)
        }
        guard (try? duplicate.kind()) == .socket else { throw .notASocket(number, pid: pid) }
        return duplicate
    }

    /// The sockets among the descriptors of the process, in order: the links of `/proc/PID/fd`.
    package func sockets() throws(InspectionError) -> [OpenSocket] {
        var sockets: [OpenSocket] = []
        do {
            let directory = try NumberedDirectory("/proc/\(pid)/fd")
            var buffer = [UInt8](repeating: 0, count: 32 << 10)
            try directory.forEachNumber(buffer: &buffer) { (number) throws(Errno) in
                if let inode = try directory.socketInode(number) {
                    sockets.append(OpenSocket(descriptor: number, inode: inode))
                }
            }
        } catch {
            throw InspectionError(error, pid: pid)
        }
        return sockets.sorted { $0.descriptor < $1.descriptor }
    }

    /// `/proc/PID/comm`.
    static func name(of pid: Int32) -> String? {
        guard let comm = try? OwnedDescriptor.contents(of: "/proc/\(pid)/comm") else { return nil }
        return String(decoding: comm.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
