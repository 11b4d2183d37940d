// What the environment says about how to print, and whom to tell.

import Glibc
import Sockets

enum Environment {
    /// Whether `TERM` names a terminal that can do more than print.
    static var terminalObeys: Bool {
        guard let name = value("TERM") else { return false }
        return !name.isEmpty && name != "dumb"
    }

    /// Whether the variable is set and not empty, as `NO_COLOR` has to be.
    static func isSet(_ name: String) -> Bool { value(name)?.isEmpty == false }

    /// Whether `CLICOLOR_FORCE` asks for colours wherever the text goes.
    static var forcesColor: Bool { isSet("CLICOLOR_FORCE") && value("CLICOLOR_FORCE") != "0" }

    /// Whether the characters of the locale are those of UTF-8 (`LC_ALL`, `LC_CTYPE`, `LANG`).
    static var isUTF8: Bool {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(value).first { !$0.isEmpty } ?? ""
        return name.uppercased().filter { $0 != "-" }.hasSuffix("UTF8")
    }

    /// The socket of the service manager that wants to be told when we are ready, sd_notify(3); nil where none does.
    static var notifySocket: UnixName? {
        guard let text = value("NOTIFY_SOCKET"), let first = text.utf8.first else { return nil }
        switch first {
        case UInt8(ascii: "/"): return .path(Array(text.utf8))
        case UInt8(ascii: "@"): return .abstract(Array(text.utf8.dropFirst()))
        default: return nil
        }
    }

    private static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
