// The sockets of another process: who holds which, what they are, and that looking does not disturb them.

import CLinux
import Glibc
import Testing

@testable import Sockets

@Suite struct ProcessInspectionTests {
    @Test func socketsOfAProcessAreFound() throws {
        let known = try KnownSockets()
        let process = try ProcessHandle(pid: known.child.pid)
        #expect(process.name?.starts(with: "python".utf8) == true)
        let expected = known.descriptors.map {
            OpenSocket(descriptor: $0.value, inode: known.inodes[$0.key] ?? 0)
        }
        let found = try process.sockets()
        #expect(
            Set(found).isSuperset(of: expected) && found == found.sorted { $0.descriptor < $1.descriptor })
        let links = try run(["sh", "-c", "ls -l /proc/\(known.child.pid)/fd | grep -c socket:"])
        #expect(links == "\(found.count)\n")
        let owners = try SocketOwners()
        for (name, inode) in known.inodes {
            let owner = try #require(owners[inode: inode].first, "\(name)")
            #expect(owner.pid == known.child.pid && owner.descriptor == known.descriptors[name])
            #expect(owner.nameBytes == process.name)
        }
        #expect(owners[inode: 0].isEmpty && owners[inode: .max].isEmpty)
    }

    @Test func everyHolderOfASocketIsNamed() throws {
        let pair = try ConnectedPair(.unix, .stream)
        let inode = try pair.client.inode()
        let copy = OwnedDescriptor(fcntl(pair.client.number, F_DUPFD_CLOEXEC, 0))
        let owners = try SocketOwners()[inode: inode].filter { $0.pid == getpid() }
        #expect(owners.map { $0.descriptor } == [pair.client.number, copy.number].sorted())
    }

    @Test func factsOfASocketOfAnotherProcess() throws {
        let known = try KnownSockets()
        let process = try ProcessHandle(pid: known.child.pid)
        func facts(_ name: String) throws -> SocketFacts {
            let socket = try process.socket(try #require(known.descriptors[name]))
            let facts = try SocketFacts(of: socket)
            #expect(facts.inode == known.inodes[name])
            return facts
        }
        let listener = try facts("listener")
        #expect(listener.kind.familyName == "AF_INET" && listener.kind.typeName == "SOCK_STREAM")
        #expect(listener.kind.protocolName == "IPPROTO_TCP" && listener.isListening)
        #expect(listener.acceptQueue == 1 && listener.backlog == 7 && listener.receiveQueue == nil)
        let server = try facts("server")
        #expect(server.state == .finWait2 && server.receiveQueue == 100 && server.sendQueue == 0)
        #expect(server.notSent == 0 && server.peer != nil && !server.hasPendingError)
        let udp = try facts("udp")
        #expect(udp.receiveQueue == 50 && udp.state == .close && udp.peer == nil && udp.notSent == nil)
        #expect(udp.kind.protocolName == "IPPROTO_UDP")
        let unix = try facts("unix")
        #expect(unix.kind.shortName == "u_str" && unix.kind.protocolName == nil && unix.backlog == 4)
        #expect(try facts("unixserver").receiveQueue == 5)
        #expect(try facts("mate").kind.typeName == "SOCK_SEQPACKET")
        #expect(try facts("listener6").kind.familyName == "AF_INET6")
    }

    /// All facts and every option that does not disturb are read; the owner still gets its error.
    @Test func pendingErrorStaysPending() throws {
        let known = try KnownSockets()
        let process = try ProcessHandle(pid: known.child.pid)
        let socket = try process.socket(try #require(known.descriptors["pending"]))
        for _ in 0..<3 {
            #expect(try SocketFacts(of: socket).hasPendingError)
            for option in SocketOption.catalog where option.isReadable && !option.disturbs {
                _ = try? socket.get(option)
            }
            #expect(try SocketPeek(at: socket, atMost: 100).finding == .pendingError)
        }
        try known.child.write("error\n")
        #expect(try known.child.readLine() == String(ECONNREFUSED))
        #expect(try !SocketFacts(of: socket).hasPendingError)
    }

    @Test func optionOfARunningProcessIsChanged() throws {
        let known = try KnownSockets()
        let socket = try ProcessHandle(pid: known.child.pid).socket(try #require(known.descriptors["client"]))
        #expect(try socket.get(.keepAlive) == false)
        try socket.set(.keepAlive, to: true)
        let again = try ProcessHandle(pid: known.child.pid).socket(try #require(known.descriptors["client"]))
        #expect(try again.get(.keepAlive) == true)
    }

    @Test func failuresAreToldApart() throws {
        let known = try KnownSockets()
        let pid = known.child.pid
        #expect(throws: InspectionError.noSuchProcess(4_000_000)) { _ = try ProcessHandle(pid: 4_000_000) }
        #expect(throws: InspectionError.noSuchProcess(-1)) { _ = try ProcessHandle(pid: -1) }
        #expect(throws: InspectionError.notASocket(0, pid: pid)) { _ = try ProcessHandle(pid: pid).socket(0) }
        #expect(throws: InspectionError.noSuchDescriptor(999, pid: pid)) {
            _ = try ProcessHandle(pid: pid).socket(999)
        }
        let child = try Child(["true"])
        let process = try ProcessHandle(pid: child.pid)
        _ = child.wait()
        #expect(throws: InspectionError.noSuchProcess(child.pid)) { _ = try process.socket(0) }
        #expect(throws: InspectionError.noSuchProcess(child.pid)) { try process.sockets() }
        if let thread = try threadOfThisProcess() {
            #expect(throws: InspectionError.thread(thread, of: getpid())) {
                _ = try ProcessHandle(pid: thread)
            }
        }
    }

    @Test func aThreadOfTheKernelIsToldApart() throws {
        try Need.root.require()
        try Need.kernelThreads.require()
        #expect(throws: InspectionError.kernelThread(2)) { _ = try ProcessHandle(pid: 2).socket(0) }
    }

    /// Any thread but the first.
    private func threadOfThisProcess() throws -> Int32? {
        var threads: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        try NumberedDirectory("/proc/self/task").forEachNumber(buffer: &buffer) { threads.append($0) }
        return threads.last { $0 != getpid() }
    }

    @Test(arguments: [
        ("socket:[1]", 1), ("socket:[18446744073709551615]", UInt64.max),
        ("socket:[18446744073709551616]", nil),
        ("socket:[]", nil), ("socket:[1x]", nil), ("pipe:[12345678]", nil), ("socket:", nil), ("", nil),
        ("/dev/null", nil),
    ])
    func linkIsRead(_ text: String, _ inode: UInt64?) {
        let bytes = Array(text.utf8)
        #expect(socketLinkInode(unsafe bytes.span.bytes) == inode)
    }

    /// Entries as getdents64(2) writes them, and cut off anywhere.
    @Test func entriesAreRead() throws {
        func entry(_ name: String) -> [UInt8] {
            let length = UInt16(19 + name.utf8.count + 1 + 7) & ~7
            let head = [UInt8](repeating: 0xff, count: 16) + [UInt8(length), 0, 4] + Array(name.utf8)
            return head + [UInt8](repeating: 0, count: Int(length) - head.count)
        }
        let names = [".", "1", "42", "self", "2147483647", "2147483648", "7x", "-1", "0"]
        let bytes = names.flatMap(entry)
        func numbers(_ count: Int) throws -> [Int32] {
            var numbers: [Int32] = []
            try NumberedDirectory.forEachNumber(in: bytes.span.bytes.extracting(first: count)) {
                numbers.append($0)
            }
            return numbers
        }
        #expect(try numbers(bytes.count) == [1, 42, .max, 0])
        for count in 0..<bytes.count { #expect([1, 42, .max, 0].starts(with: try numbers(count))) }
    }

    @Test func statusIsRead() throws {
        func status(_ text: String) -> ProcessStatus? { ProcessStatus(parsing: Array(text.utf8)) }
        let process = try #require(
            status(
                """
                Name:\tx: y
                State:\tS (sleeping)
                Tgid:\t42
                Uid:\t1\t2\t3\t4
                Gid:\t5\t5\t5\t5
                VmSize:\t1 kB
                CapEff:\t0000000000080000
                """))
        #expect(process.group == 42 && process.users == [1, 2, 3] && process.groups == [5])
        #expect(process.canTrace && !process.isKernelThread)
        #expect(status("Tgid:\t2\nState:\tS\n")?.isKernelThread == true)
        for text in ["", ":", "Tgid", "Tgid:", "Tgid:\tx", "Tgid:\t99999999999"] {
            #expect(status(text) == nil, "\(text)")
        }
    }

    @Test func everyErrorHasItsMessage() {
        let errors: [InspectionError] = [
            .noSuchProcess(1), .thread(2, of: 1), .kernelThread(2), .noSuchDescriptor(3, pid: 1),
            .notASocket(0, pid: 1),
            .system(.noMemory), .notPermitted(pid: 1, .otherUser(5)), .notPermitted(pid: 1, .ptraceScope(1)),
        ]
        #expect(Set(errors.map { $0.message }).count == 7)
        #expect(errors.allSatisfy { !$0.errno.name.isEmpty })
        #expect(errors.suffix(2).allSatisfy { $0.help?.contains("CAP_SYS_PTRACE") == true })
    }
}
