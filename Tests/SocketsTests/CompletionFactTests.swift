// What a completion asks of the system: processes with their names, ports with what they are used for, the values of
// options.

import Glibc
import Testing

@testable import Sockets

@Suite struct CompletionFactTests {
    @Test(
        "the name and the kind of a process, whatever its name holds",
        arguments: [
            ("17 (sshd) S 1 17 17 0 -1 4194560 1 2", "sshd", false),
            ("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0", "kthreadd", true),
            ("9 (a) b (c)) R 1 9 9 0 -1 2129984 0", "a) b (c)", true),
            ("9 () R 1 9 9 0 -1 0", "", false),
        ])
    func process(text: String, name: String, isKernelThread: Bool) throws {
        let entry = try #require(ProcessList.parse(Array(text.utf8)))
        #expect(String(decoding: entry.name, as: UTF8.self) == name && entry.isKernelThread == isKernelThread)
    }

    @Test("what is none", arguments: ["", "17", "17 (sshd", ")(", "17 )("])
    func noProcess(text: String) { #expect(ProcessList.parse(Array(text.utf8)) == nil) }

    @Test("processes are listed in their order, with a name as long as there is time")
    func processes() {
        let all = ProcessList.all(namesWithin: .seconds(10))
        #expect(
            all.map(\.pid) == all.map(\.pid).sorted()
                && all.contains { $0.pid == getppid() && $0.name != nil })
        #expect(!all.contains { $0.pid == getpid() })
        #expect(ProcessList.all(namesWithin: .zero).allSatisfy { $0.name == nil })
    }

    @Test("a port that is listened at, and its connection")
    func ports() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try #require(bind(listener, address, length) == 0 && listen(listener, 1) == 0)
                try #require(getsockname(listener, address, &length) == 0)
                try #require(connect(client, address, length) == 0)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        let found = PortsInUse([.tcp], connections: true, ownersWithin: .zero)
        let use = try #require(found.local[port])
        #expect(use.isListening && use.connections == 1)
        #expect(found.peers[port]?.connections == 1 && found.peerAddresses.contains(.inet(.loopback)))
        let listening = PortsInUse([.tcp], connections: false, ownersWithin: .zero)
        #expect(listening.local[port]?.isListening == true && listening.peers[port] == nil)
        #expect(listening.local[port]?.owner == nil)
        #expect(OpenSocket.all(of: getpid()).contains { $0.descriptor == listener })
    }

    @Test("each value that is offered for an option can be set")
    func choices() throws {
        for option in SocketOption.catalog where option.isSettable {
            for choice in option.choices {
                #expect(throws: Never.self) { try OptionValue(parsing: choice.text, for: option) }
            }
        }
        #expect(SocketOption.named("SO_KEEPALIVE")?.choices.map(\.text) == ["on", "off"])
        #expect(SocketOption.congestionControl.choices.contains { $0.text == "reno" })
        #expect(SocketOption.named("IP_MTU_DISCOVER")?.choices.first?.meaning == "IP_PMTUDISC_DONT")
    }

    @Test func interfaces() { #expect(NetworkInterface.names.contains("lo")) }
}
