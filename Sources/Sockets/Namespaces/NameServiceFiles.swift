// What names are looked up with in a network namespace that has files of its own for it: /etc/netns/NAME, as
// ip-netns(8) has it. They lie over those in /etc for the thread that looks up, and for nobody else.

import CLinux
import Glibc

package struct NameServiceFiles: Hashable, Sendable {
    /// `/etc/netns/NAME`.
    package let folder: [UInt8]
    private let names: [[UInt8]]

    fileprivate init?(folder: [UInt8]) {
        guard let names = try? DirectoryNames.of(folder), !names.isEmpty else { return nil }
        (self.folder, self.names) = (folder, names)
    }

    /// Puts each file in the place of the one in `/etc`, for this thread alone: `unshare(2)`, `mount(2)`. `EPERM`
    /// without `CAP_SYS_ADMIN`; `EAGAIN` where no thread could be started for the look-up. What can be put there is,
    /// also where one of them cannot.
    package func mount() throws(Errno) {
        guard clinux_is_first_thread() == 0 else { throw Errno(rawValue: EAGAIN) }
        try mountForAll()
    }

    /// The same for a process that does nothing but look up.
    func mountForAll() throws(Errno) {
        try NetworkNamespace.answer(clinux_own_mounts())
        var failure: Errno?
        for name in names {
            let source = folder + "/".utf8 + name
            let target = "/etc/".utf8 + name
            let result = unsafe clinux_bind_file(source.cString, target.cString)
            if result < 0, failure == nil { failure = Errno(rawValue: -result) }
        }
        if let failure { throw failure }
    }
}

extension NameServiceFiles {
    /// Where a look-up finds the file of `/etc` that has this name.
    package func path(of name: String) -> [UInt8]? {
        names.contains(Array(name.utf8)) ? folder + "/".utf8 + name.utf8 : nil
    }
}

extension NetworkNamespace {
    /// The files that it has for looking up names; nil if it has none, or no name.
    package var nameServiceFiles: NameServiceFiles? {
        form == .name ? NameServiceFiles(folder: "/etc/netns/".utf8 + word) : nil
    }
}
