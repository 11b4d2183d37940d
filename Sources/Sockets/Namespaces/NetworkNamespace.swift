// A network namespace as a command line names it, and entering it: namespaces(7), setns(2).

import CLinux
import Glibc

package struct NetworkNamespace: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        /// That of a process, by its number.
        case process
        /// A name that `ip netns` has given.
        case name
        case path
    }

    package let form: Form
    package let word: [UInt8]
    /// The file that stands for it.
    package let path: [UInt8]

    /// Where `ip netns` keeps those that have a name.
    package static let folder = "/run/netns"

    /// Digits are the number of a process, a word with a slash is a path, anything else a name.
    package init(_ word: [UInt8]) {
        self.word = word
        if word.contains(UInt8(ascii: "/")) {
            (form, path) = (.path, word)
        } else if word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            (form, path) = (.process, "/proc/".utf8 + word + "/ns/net".utf8)
        } else {
            (form, path) = (.name, Self.path(named: word))
        }
    }

    /// The file of the namespace that has a name.
    package static func path(named name: [UInt8]) -> [UInt8] { "\(folder)/".utf8 + name }

    /// The names that there are, sorted.
    package static var names: [[UInt8]] {
        let names = (try? DirectoryNames.of(Array(folder.utf8))) ?? []
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Whether a namespace has this name.
    package static func isThere(named name: [UInt8]) -> Bool {
        unsafe access(path(named: name).cString, F_OK) == 0
    }

    /// Whether processes can be looked for at all: `/proc` is mounted.
    package static var hasProcesses: Bool { ProcMount.isThere }

    /// `open(2)`. `EACCES` for a process that may not be looked into.
    package func open() throws(Errno) -> OwnedDescriptor { try Self.open(path) }

    static func open(_ path: [UInt8]) throws(Errno) -> OwnedDescriptor {
        // It may be anything: a FIFO would wait, a terminal become ours.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        return OwnedDescriptor(try call { unsafe Glibc.open(path.cString, flags) })
    }

    /// Takes this process there for good: `setns(2)`, the user namespace that owns it first where this process has no
    /// rights over it otherwise. Before any other thread begins. `EPERM` without `CAP_SYS_ADMIN` there, `EINVAL` for
    /// what is no network namespace.
    package static func enter(_ descriptor: borrowing OwnedDescriptor) throws(Errno) {
        try answer(clinux_enter_network(descriptor.number))
    }

    /// What a function of `clinux_namespaces.h` has answered.
    @discardableResult
    static func answer(_ result: Int32) throws(Errno) -> Int32 {
        if result < 0 { throw Errno(rawValue: -result) }
        return result
    }
}

extension [UInt8] {
    /// As the calls take a path.
    var cString: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}

enum DirectoryNames {
    /// The names in a directory but `.` and `..`: `opendir(3)`, `readdir(3)`.
    static func of(_ path: [UInt8]) throws(Errno) -> [[UInt8]] {
        guard let directory = unsafe opendir(path.cString) else { throw Errno.current }
        defer { unsafe closedir(directory) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe bytes.prefix { $0 != 0 }.map { $0 }
            }
            if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
        }
        return names
    }
}
