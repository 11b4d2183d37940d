// How many descriptors the process may have.

import Glibc

package enum DescriptorLimit {
    /// The number that descriptors stay below: `getrlimit(2)` with `RLIMIT_NOFILE`, the soft limit.
    package static var current: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many more there may be, where those that are there have the lowest numbers: `fcntl(2)` with `F_DUPFD_CLOEXEC`.
    package static var room: Int {
        let next = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
        guard next >= 0 else { return 0 }
        close(next)
        return max(0, current - Int(next))
    }
}
