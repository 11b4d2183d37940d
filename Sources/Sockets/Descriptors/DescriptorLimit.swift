// How many descriptors the process may have.

import Glibc

package enum DescriptorLimit {
    /// The number that descriptors stay below: `getrlimit(2)` with `RLIMIT_NOFILE`, the soft limit.
    package static var current: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }
}
