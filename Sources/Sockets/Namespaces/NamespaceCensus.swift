// The network namespaces of the system: those that processes are in, and those that `ip netns` keeps.

import CLinux
import Glibc

/// A network namespace, and how to find it.
package struct HeldNamespace: Hashable, Sendable {
    /// What tells it from others, as in `net:[4026531840]`.
    package let inode: UInt64
    /// The first of its names in `/run/netns`.
    package internal(set) var name: [UInt8]?
    /// The lowest of the processes in it.
    package internal(set) var pid: Int32?
    /// Whether this process is in it.
    package let isOwn: Bool

    /// What `--netns` takes for it: its name, or a process.
    package var word: [UInt8] {
        guard let name else { return Array("\(pid ?? 0)".utf8) }
        let namespace = NetworkNamespace(name)
        return namespace.form == .process ? NetworkNamespace.path(named: name) : name
    }

    /// A socket made in it, while this process stays where it is: socket(2), setns(2). `EPERM` and
    /// `EACCES` where that is not allowed, `ENOENT` if it is gone.
    /// - Parameter enteredUser: whether that took its user namespace, whose numbers of users the socket then tells.
    func socket(family: Int32, type: Int32, protocol: Int32, enteredUser: inout Bool) throws(Errno)
        -> OwnedDescriptor
    {
        let namespace = try NetworkNamespace(word).open()
        var entered: Int32 = 0
        let answer = unsafe clinux_socket_in_network(namespace.number, family, type, `protocol`, &entered)
        let made = OwnedDescriptor(try NetworkNamespace.answer(answer))
        enteredUser = entered == 1
        return made
    }
}

package struct NamespaceCensus: Sendable {
    /// Our own first, then those with a name, then the others by process. Each is there once.
    package private(set) var namespaces: [HeldNamespace] = []
    /// So many processes did not tell where they are (`EACCES`).
    package private(set) var hiddenProcesses = 0

    /// Looks through `/proc` and `/run/netns`. `ENOENT` where `/proc` is not mounted.
    package init() throws(Errno) {
        var own = stat()
        try call { unsafe stat("/proc/thread-self/ns/net", &own) }
        var found: [UInt64: HeldNamespace] = [:]
        for name in NetworkNamespace.names {
            var status = stat()
            // A file without a namespace is what is left of one.
            guard unsafe stat(NetworkNamespace.path(named: name).cString, &status) == 0,
                status.st_dev == own.st_dev
            else { continue }
            let inode = UInt64(status.st_ino)
            if found[inode] != nil { continue }
            found[inode] = HeldNamespace(inode: inode, name: name, isOwn: inode == own.st_ino)
        }
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        try NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }
        for pid in pids.sorted() {
            let link: String
            do throws(Errno) {
                link = try Namespace.link("net", of: "\(pid)")
            } catch {
                // The others have ended.
                if error == .accessDenied || error == .notPermitted { hiddenProcesses += 1 }
                continue
            }
            guard let inode = Self.inode(link) else { continue }
            var namespace = found[inode] ?? HeldNamespace(inode: inode, isOwn: inode == own.st_ino)
            if namespace.pid == nil {
                namespace.pid = pid
                found[inode] = namespace
            }
        }
        namespaces = found.values.sorted { Self.order($0).lexicographicallyPrecedes(Self.order($1)) }
    }

    private static func order(_ namespace: HeldNamespace) -> [Int] {
        [namespace.isOwn ? 0 : 1, namespace.name == nil ? 1 : 0]
            + (namespace.name.map { $0.map { Int($0) } } ?? [Int(namespace.pid ?? 0)])
    }

    /// The number in `net:[4026531840]`.
    static func inode(_ link: String) -> UInt64? {
        guard link.hasPrefix("net:["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(5).dropLast())
    }
}
