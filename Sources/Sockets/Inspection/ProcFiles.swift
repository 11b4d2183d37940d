// Reading /proc: small files whole, and directories whose entries are numbers (proc(5)).

import CLinux
import Glibc

extension OwnedDescriptor {
    /// All bytes of a file: `open(2)`, `read(2)`.
    static func contents(of path: String) throws(Errno) -> [UInt8] {
        let file = OwnedDescriptor(try call { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) })
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try call { unsafe Glibc.read(file.number, &chunk, chunk.count) }
            if count == 0 { return contents }
            contents += chunk.prefix(count)
        }
    }
}

/// How `/proc` is mounted: proc(5).
enum ProcMount {
    /// Whether it shows this process: it may not be there at all, or be that of another PID namespace.
    static var isThere: Bool { unsafe access("/proc/self/stat", F_OK) == 0 }

    /// Whether the numbers in it are those that system calls take: it may be that of the PID namespace around ours.
    static var hasOurNumbers: Bool {
        var target = [CChar](repeating: 0, count: 16)
        let length = unsafe readlink("/proc/self", &target, target.count)
        return String(decoding: target.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            == String(getpid())
    }

    /// Whether processes of others are left out (`hidepid=2` and `4`), as they are not for root.
    static var hidesProcesses: Bool {
        guard let table = try? OwnedDescriptor.contents(of: "/proc/self/mountinfo") else { return false }
        let hides = String(decoding: table, as: UTF8.self).split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            guard words.count > 4, words[4] == "/proc", let options = words.last else { return false }
            return options.split(separator: ",").contains { option in
                ["hidepid=2", "hidepid=4", "hidepid=invisible", "hidepid=ptraceable"].contains(option)
            }
        }
        guard hides else { return false }
        return !Namespace.isInitial("user") || ProcessStatus.own?.canTrace != true
    }
}

/// The namespaces of a process, as links in `/proc/PID/ns`: namespaces(7).
enum Namespace {
    /// Whether this process is in the namespace that the system began with; also where there are none.
    static func isInitial(_ kind: String) -> Bool {
        // PROC_PID_INIT_INO and PROC_USER_INIT_INO: these two have the same numbers on every kernel.
        let inodes = ["pid": "pid:[4026531836]", "user": "user:[4026531837]"]
        guard ProcMount.isThere else { return false }
        guard let own = try? link(kind, of: "self") else { return true }
        return own == inodes[kind]
    }

    /// What tells it from others, `user:[4026531837]`: readlink(2).
    static func link(_ kind: String, of process: String) throws(Errno) -> String {
        var target = [CChar](repeating: 0, count: 64)
        let length = try call { unsafe readlink("/proc/\(process)/ns/\(kind)", &target, target.count) }
        return String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A directory of which the entries with numbers count: `/proc`, `/proc/PID/fd`.
struct NumberedDirectory: ~Copyable {
    private let descriptor: OwnedDescriptor

    /// `open(2)`.
    init(_ path: String) throws(Errno) {
        descriptor = OwnedDescriptor(
            try call { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    /// Calls `body` with each number: `getdents64(2)`.
    /// - Parameter buffer: what the entries are read into, to be used again.
    func forEachNumber(buffer: inout [UInt8], _ body: (Int32) throws(Errno) -> Void) throws(Errno) {
        while true {
            let count = try call { unsafe getdents64(descriptor.number, &buffer, buffer.count) }
            if count == 0 { return }
            try Self.forEachNumber(in: unsafe buffer.span.bytes.extracting(0..<count), body)
        }
    }

    /// The same, of entries as `getdents64(2)` writes them. One that is cut off is left out.
    static func forEachNumber(
        in entries: RawSpan, _ body: (Int32) throws(Errno) -> Void
    ) throws(Errno) {
        // struct linux_dirent64: inode, offset, then at 16 the record's length, at 18 its type, at 19 the name.
        var offset = 0
        while let length = entries.value(UInt16.self, at: offset + 16).map({ Int($0) }),
            length > 19, length <= entries.byteCount - offset
        {
            let name = entries.extracting(offset + 19..<offset + length)
            if let number = Self.number(name) { try body(number) }
            offset += length
        }
    }

    /// The inode of the socket that the link `number` leads to: `readlinkat(2)`. Nil if it leads elsewhere, or
    /// is gone by now; `EACCES` where the directory may be listed but not its links be read.
    func socketInode(_ number: Int32) throws(Errno) -> UInt64? {
        // Of very many: the number as text and what the link says lie on the stack.
        let (link, error) = unsafe withUnsafeTemporaryAllocation(byteCount: 80, alignment: 8) { memory in
            guard let base = memory.baseAddress else { return (UInt64?.none, ENOMEM) }
            let (name, target) = unsafe (base.assumingMemoryBound(to: UInt8.self), base + 16)
            unsafe Self.write(number, to: name)
            let length = unsafe readlinkat(
                descriptor.number, base.assumingMemoryBound(to: CChar.self),
                target.assumingMemoryBound(to: CChar.self), 64)
            if length < 0 { return (nil, errno) }
            return (socketLinkInode(unsafe UnsafeRawBufferPointer(start: target, count: length).bytes), 0)
        }
        guard error == 0 || error == ENOENT else { throw Errno(rawValue: error) }
        return link
    }

    /// Writes decimal digits and a NUL.
    private static func write(_ number: Int32, to text: UnsafeMutablePointer<UInt8>) {
        var (rest, length) = (number, 1)
        while rest >= 10 { (rest, length) = (rest / 10, length + 1) }
        unsafe text[length] = 0
        rest = number
        for place in (0..<length).reversed() {
            unsafe text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// The number that ends with a NUL.
    private static func number(_ name: RawSpan) -> Int32? {
        var number: Int32 = 0
        var offset = 0
        while let byte = name.value(UInt8.self, at: offset) {
            if byte == 0 { return offset > 0 ? number : nil }
            guard let sum = number.appending(digit: byte) else { return nil }
            number = sum
            offset += 1
        }
        return nil
    }
}

/// What the links of sockets begin with, `socket:[`, as one number.
private let socketPrefix = "socket:[".utf8.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }

/// The inode in `socket:[12345]`, nil for any other text.
func socketLinkInode(_ target: RawSpan) -> UInt64? {
    let start = MemoryLayout.size(ofValue: socketPrefix)
    guard target.value(UInt64.self, at: 0)?.littleEndian == socketPrefix, target.byteCount > start + 1 else {
        return nil
    }
    var inode: UInt64 = 0
    for offset in start..<target.byteCount - 1 {
        guard let byte = target.value(UInt8.self, at: offset), let sum = inode.appending(digit: byte) else {
            return nil
        }
        inode = sum
    }
    return inode
}

extension FixedWidthInteger {
    /// The number with one more decimal digit, nil for what is none or too much.
    fileprivate func appending(digit: UInt8) -> Self? {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        let (product, tooLarge) = multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(Self(digit - UInt8(ascii: "0")))
        return tooLarge || overflow ? nil : sum
    }
}
