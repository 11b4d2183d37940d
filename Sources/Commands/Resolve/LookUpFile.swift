// A file of /etc that libc reads before it looks up a name, as a look-up finds it.

import Sockets

struct LookUpFile {
    /// One that cannot be read is as good as none to libc.
    let bytes: [UInt8]
    let path: String
    let isThere: Bool

    /// So much of it is read.
    private static let longest = 1 << 20

    /// - Parameter files: those of the network namespace, where it has some of its own.
    init(_ name: String, _ files: NameServiceFiles?) {
        let path = files?.path(of: name) ?? Array("/etc/\(name)".utf8)
        let bytes = try? OwnedDescriptor.open(path: path, writing: false, nonBlocking: true)
            .readAll(atMost: Self.longest)
        self.bytes = bytes ?? []
        self.path = String(decoding: path, as: UTF8.self)
        isThere = bytes != nil
    }
}
