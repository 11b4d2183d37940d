// What the environment says about how to print.

import Glibc

enum Environment {
    /// Whether `TERM` names a terminal that can do more than print.
    static var terminalObeys: Bool {
        guard let value = unsafe getenv("TERM") else { return false }
        let name = unsafe String(cString: value)
        return !name.isEmpty && name != "dumb"
    }

    /// Whether `NO_COLOR` is set and not empty: no colours, also on a terminal.
    static var hasNoColor: Bool {
        guard let value = unsafe getenv("NO_COLOR") else { return false }
        return unsafe value.pointee != 0
    }
}
