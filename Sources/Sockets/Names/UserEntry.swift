// Users by name: getpwnam(3), reentrant.

import Glibc

package enum UserEntry {
    /// The number of the user with this name: `getpwnam_r(3)`. Nil if there is none.
    package static func number(of name: String) throws(Errno) -> UInt32? {
        guard !name.utf8.contains(0) else { return nil }
        let (code, number) = unsafe lookUp(passwd(), \.pw_uid) { (entry, buffer, size, result) in
            unsafe getpwnam_r(name, entry, buffer, size, result)
        }
        if let number { return number }
        // What libc says where there is no such user, and no file to look in.
        guard [0, ENOENT, ESRCH, EBADF, EPERM].contains(code) else { throw Errno(rawValue: code) }
        return nil
    }
}
