// The environment, as far as it may be trusted.

import CLinux

/// The value of a variable; nil if it is not set, or if this process has more rights than whoever set it:
/// `secure_getenv(3)`.
package func trustedEnvironment(_ name: String) -> String? {
    unsafe secure_getenv(name).map { unsafe String(cString: $0) }
}
