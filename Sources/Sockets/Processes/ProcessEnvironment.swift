// The environment of this process, for the programs that it starts.

import CLinux
import Glibc

package enum ProcessEnvironment {
    /// Every variable as `NAME=VALUE`: environ(7).
    package static var variables: [[UInt8]] {
        guard var entry = unsafe clinux_environment() else { return [] }
        var variables: [[UInt8]] = []
        while let text = unsafe entry.pointee {
            unsafe variables.append(Array(cString: text))
            unsafe entry += 1
        }
        return variables
    }

    /// The value of a variable, which is not there any more then: `getenv(3)`, `unsetenv(3)`. For when there is one thread.
    package static func takeValue(of name: String) -> String? {
        let value = unsafe getenv(name).map { unsafe String(cString: $0) }
        unsafe unsetenv(name)
        return value
    }
}
