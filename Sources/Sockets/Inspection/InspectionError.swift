// Why another process could not be looked into, told apart by what would help.

import Glibc

/// Why the sockets of a process could not be taken.
package enum InspectionError: Error, Hashable, Sendable {
    case noSuchProcess(Int32)
    /// The number is of a thread; the process has another.
    case thread(Int32, of: Int32)
    /// A thread of the kernel, which has no descriptors.
    case kernelThread(Int32)
    case notPermitted(pid: Int32, Obstacle)
    /// Never open, or closed meanwhile.
    case noSuchDescriptor(Int32, pid: Int32)
    case notASocket(Int32, pid: Int32)
    /// The kernel or a sandbox has no `pidfd_open` or `pidfd_getfd`.
    case unavailable(pid: Int32, Errno)
    /// `/proc` is not mounted.
    case noProc(pid: Int32)
    case system(Errno)

    /// What stands in the way of looking into a process: ptrace(2), "Ptrace access mode checking".
    package enum Obstacle: Hashable, Sendable {
        case otherUser(UInt32)
        case otherGroup(UInt32)
        /// `kernel.yama.ptrace_scope`.
        case ptraceScope(Int)
        /// The process has privileges, or it asked not to be looked into (`PR_SET_DUMPABLE`).
        case protected
        /// The user is root, in a container for example, without `CAP_SYS_PTRACE`.
        case missingCapability
        case otherNamespace
        /// Nothing of the above: a seccomp filter or a security module.
        case sandbox
        /// `/proc` does not show the process (`hidepid`).
        case hidden
    }

    /// What `pidfd_open`, `pidfd_getfd` or a look into `/proc/PID` answered.
    init(_ error: Errno, pid: Int32, descriptor: Int32? = nil) {
        let status = ProcessStatus(pid)
        switch error.rawValue {
        case EPERM, EACCES: self = .notPermitted(pid: pid, Obstacle(to: status))
        case EBADF where status?.isKernelThread == true: self = .kernelThread(pid)
        case EBADF: self = .noSuchDescriptor(descriptor ?? -1, pid: pid)
        case ENOENT where ProcessHandle.exists(pid) && !ProcMount.isThere: self = .noProc(pid: pid)
        case ENOENT where ProcessHandle.exists(pid) && status == nil:
            self = .notPermitted(pid: pid, .hidden)
        case ESRCH, ENOENT, EINVAL:
            // pidfd_open wants the number of a process, and says ENOENT or EINVAL to that of a thread.
            if let group = status?.group, group != pid {
                self = .thread(pid, of: group)
            } else {
                self = .noSuchProcess(pid)
            }
        default: self = .system(error)
        }
    }

    package var errno: Errno {
        switch self {
        case .noSuchProcess, .thread: Errno(rawValue: ESRCH)
        case .kernelThread, .noSuchDescriptor: .badDescriptor
        case .notPermitted: .notPermitted
        case .notASocket: Errno(rawValue: ENOTSOCK)
        case .noProc: .noSuchFile
        case .unavailable(_, let error): error
        case .system(let error): error
        }
    }

    package var message: String {
        switch self {
        case .noSuchProcess(let pid): "no process \(pid)"
        case .thread(let thread, let pid): "\(thread) is a thread of process \(pid)"
        case .kernelThread(let pid): "process \(pid) is a thread of the kernel and has no descriptors"
        case .notPermitted(let pid, _): "not permitted to inspect process \(pid)"
        case .noSuchDescriptor(let number, let pid): "process \(pid) has no descriptor \(number)"
        case .notASocket(let number, let pid): "descriptor \(number) of process \(pid) is not a socket"
        case .unavailable(let pid, let error):
            "the sockets of process \(pid) cannot be taken: \(error.message)"
        case .noProc(let pid): "the descriptors of process \(pid) cannot be listed: /proc is not mounted"
        case .system(let error): error.message
        }
    }

    /// What would help, if anything does.
    package var help: String? {
        switch self {
        case .notPermitted(_, let obstacle): obstacle.help
        case .thread(_, let pid): "use --pid \(pid)"
        case .noSuchDescriptor(_, let pid): "it may have been closed; ls -l /proc/\(pid)/fd lists them"
        case .unavailable:
            "pidfd_open and pidfd_getfd are there from Linux 5.6 on; a sandbox may withhold them"
        case .noProc: "name one with --fd, or mount it: 'mount -t proc proc /proc'"
        case .noSuchProcess, .kernelThread, .notASocket, .system: nil
        }
    }

    /// Whether what the kernel lists of all sockets can still be told.
    package var leavesList: Bool {
        switch self {
        case .notPermitted, .unavailable: true
        default: false
        }
    }
}

extension InspectionError.Obstacle {
    package var help: String {
        switch self {
        case .otherUser(let uid): "it belongs to user \(uid): be root or that user, or have CAP_SYS_PTRACE"
        case .otherGroup(let gid): "it is of group \(gid): be root, or have CAP_SYS_PTRACE"
        case .ptraceScope(3): "kernel.yama.ptrace_scope is 3: nobody may until the next boot"
        case .ptraceScope(let scope):
            "kernel.yama.ptrace_scope is \(scope): be root or have CAP_SYS_PTRACE, or set it to 0"
        case .protected: "the process is protected: be root, or have CAP_SYS_PTRACE"
        case .missingCapability: "root has no CAP_SYS_PTRACE here: give it to the container"
        case .otherNamespace: "the process is in another user namespace: be root outside of it"
        case .sandbox: "a seccomp filter or a security module forbids it"
        case .hidden: "/proc hides it (hidepid): be root, or have CAP_SYS_PTRACE"
        }
    }

    /// Works out why the kernel refused, from the checks of ptrace(2).
    init(to process: ProcessStatus?) {
        // This link is read with the same check, but for Yama: where that goes, it was something else that refused.
        let isOpen = process.map { (try? Namespace.link("user", of: "\($0.group)")) != nil } ?? false
        let scope = (try? OwnedDescriptor.contents(of: "/proc/sys/kernel/yama/ptrace_scope"))
            .flatMap { Int(String(decoding: $0.dropLast(), as: UTF8.self)) }
        if scope == 3 {
            self = .ptraceScope(3)
        } else if isOpen, scope ?? 0 == 0 || ProcessStatus.own?.canTrace == true {
            self = .sandbox
        } else if ProcessStatus.own?.canTrace == true {
            self = .otherNamespace
        } else if getuid() == 0 {
            self = .missingCapability
        } else if let other = process?.users.first(where: { $0 != getuid() }) {
            self = .otherUser(other)
        } else if let other = process?.groups.first(where: { $0 != getgid() }) {
            self = .otherGroup(other)
        } else if let scope, scope > 0 {
            self = .ptraceScope(scope)
        } else {
            self = .protected
        }
    }
}

/// What `/proc/PID/status` says of who a process is.
struct ProcessStatus {
    /// The number of the process, of which this may be a thread.
    let group: Int32
    /// Real, effective, saved.
    let users: Set<UInt32>
    let groups: Set<UInt32>
    /// Whether it has `CAP_SYS_PTRACE` in effect.
    let canTrace: Bool
    let isKernelThread: Bool
    /// Whether its first thread has ended; others may go on.
    let isZombie: Bool

    /// Nil if there is no such process, or if `/proc` has other numbers.
    init?(_ pid: Int32) {
        guard ProcMount.hasOurNumbers else { return nil }
        self.init(entry: pid)
    }

    /// - Parameter entry: the number that the process has in `/proc`.
    init?(entry: Int32) { self.init(of: "\(entry)") }

    private init?(of entry: String) {
        guard let text = try? OwnedDescriptor.contents(of: "/proc/\(entry)/status") else { return nil }
        self.init(parsing: text)
    }

    /// That of this process.
    static var own: ProcessStatus? { ProcessStatus(of: "self") }

    /// Nil for what is not the text of such a file.
    init?(parsing text: [UInt8]) {
        var fields: [Substring: [Substring]] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1].split { $0 == "\t" || $0 == " " } }
        }
        guard let group = fields["Tgid"]?.first.flatMap({ Int32($0) }) else { return nil }
        self.group = group
        users = Set((fields["Uid"] ?? []).prefix(3).compactMap { UInt32($0) })
        groups = Set((fields["Gid"] ?? []).prefix(3).compactMap { UInt32($0) })
        let capabilities = fields["CapEff"]?.first.flatMap { UInt64($0, radix: 16) } ?? 0
        canTrace = capabilities >> 19 & 1 == 1
        isZombie = fields["State"]?.first == "Z"
        // A thread of the kernel has no memory of its own.
        isKernelThread = fields["VmSize"] == nil && !isZombie
    }
}
