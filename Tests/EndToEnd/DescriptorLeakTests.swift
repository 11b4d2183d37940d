// Descriptors: however the peers of a server come and go, each is given back; and none that sockctl opens is
// handed on to a program it might be made to start, or to one that takes its place: all are closed on exec.

import Foundation
import Glibc
import Testing

@Suite("Descriptors are given back, and closed on exec", .serialized)
struct DescriptorLeakTests {
    /// What a peer says, and how it goes.
    private func visit(_ place: Place, _ number: Int, staying: inout [Peer]) throws {
        let peer = try Peer(connectingTo: place)
        let request = "GET / HTTP/1.1\r\nHost: there\r\n\r\n"
        switch number % 6 {
        case 0:
            try peer.send(request)
            peer.close()
        case 1:
            try peer.send(request)
            peer.reset()
        case 2: peer.close()
        case 3:
            try peer.send(Payload.bytes(5000, seed: UInt64(number)))
            peer.reset()
        case 4:
            try peer.send(request)
            peer.shutdown()
            staying.append(peer)
        default:
            // Half a request, and as much as is taken now and then, of which nothing is read.
            try peer.send("POST / HTTP/1.1\r\nContent-Le")
            if number % 100 == 5 { _ = try? peer.flood() }
            staying.append(peer)
        }
    }

    @Test(
        "peers that come, reset, stall and go",
        arguments: [
            "--echo", "--discard", "--chat", "--reply hello", "--frame http --reply hello",
            "--frame line --echo", "--frame line --chat", "",
        ])
    func given(back options: String) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0"] + options.split(separator: " ").map(String.init),
                stdout: .null)
            let place = try program.listening()
            let before = try program.openDescriptors()
            for _ in 0..<2 {
                var staying: [Peer] = []
                for number in 0..<150 { try visit(place, number, staying: &staying) }
                // Each of those who stall has one.
                try poll(for: "peers are there") { try program.openDescriptors() > before }
                for (number, peer) in staying.enumerated() {
                    if number % 2 == 0 { peer.close() } else { peer.reset() }
                }
                try poll(for: "\(before) descriptors, as before: \(try program.openDescriptors())") {
                    try program.openDescriptors() == before
                }
            }
            let last = try Peer(connectingTo: place)
            try poll(for: "it still accepts") { try program.openDescriptors() == before + 1 }
            last.close()
        }
    }

    @Test("senders of datagrams that come and go")
    func datagrams() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "--echo", "127.0.0.1:0", stdout: .null)
            let place = try program.listening()
            let before = try program.openDescriptors()
            for number in 0..<300 {
                let peer = try DatagramPeer()
                try peer.send(Data("hello".utf8), to: place)
                // Of the others the answer finds nobody: an ICMP error.
                if number % 3 == 0 { _ = try peer.receive() }
            }
            let last = try DatagramPeer()
            try last.send(Data("last".utf8), to: place)
            #expect(try last.receive() == Data("last".utf8))
            #expect(try program.openDescriptors() == before)
        }
    }

    // MARK: closed on exec

    /// Looks at every descriptor but stdin, stdout and stderr, once there are at least so many.
    private func expectClosedOnExec(_ program: Program, atLeast count: Int) throws {
        try poll(for: "\(count) descriptors of its own: \(program)") {
            guard program.isRunning else { throw Unexpected("ended too early: \(program)") }
            return try program.openDescriptors() >= count + 3
        }
        let folder = "/proc/\(program.pid)/fdinfo"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard let number = Int32(name), number > 2,
                // One that is gone by now is handed on to nobody.
                let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            else { continue }
            let flags = text.firstMatch(of: /flags:\s+([0-7]+)/).flatMap { UInt32($0.1, radix: 8) }
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(program.pid)/fd/\(name)")
            #expect((flags ?? 0) & UInt32(O_CLOEXEC) != 0, "\(name) is \(target ?? "gone"), of \(program)")
        }
    }

    @Test(
        "servers at work",
        arguments: [
            "listen", "listen -O output", "listen -k --echo", "listen -k --frame http --reply hello",
            "listen -k --chat", "listen --record record", "listen -kj", "recv", "recv -O output",
            "send --listen -f /dev/zero",
        ])
    func servers(_ command: String) throws {
        try scene { scene in
            let words = command.split(separator: " ").map(String.init)
            let program = try scene.run(
                .sockctl, words + ["127.0.0.1:0"], stdin: .pipe, stdout: .held)
            let place = try Self.place(of: program, inJSON: command == "listen -kj")
            let peer = try Peer(connectingTo: place)
            try peer.send("GET / HTTP/1.1\r\n")
            // The signals, the poller and the connection at least.
            try expectClosedOnExec(program, atLeast: 3)
        }
    }

    private static func place(of program: Program, inJSON: Bool) throws -> Place {
        guard inJSON else { return try program.listening() }
        let line = try Event(try program.takeOutputLine())
        guard let port: Int = line["address.port"] else { throw Unexpected("\(line)") }
        return .inet(UInt16(port))
    }

    @Test(
        "clients at work",
        arguments: [
            "connect PLACE", "connect -j PLACE", "connect --frame line PLACE",
            "connect --record record PLACE",
            "send PLACE hello", "send -f /dev/zero PLACE", "send --repeat 9 --delay 60s PLACE hello",
            "recv --connect PLACE", "recv --connect -O output PLACE",
        ])
    func clients(_ command: String) throws {
        try scene { scene in
            let listener = try Listener()
            let words = command.replacing("PLACE", with: "\(listener.place)").split(separator: " ")
            let program = try scene.run(.sockctl, words.map(String.init), stdin: .pipe, stdout: .held)
            let peer = try listener.accept()
            try peer.send("hello\n")
            try expectClosedOnExec(program, atLeast: 3)
        }
    }

    @Test(
        "datagrams",
        arguments: [
            "udp recv 127.0.0.1:0", "udp recv --echo 127.0.0.1:0",
            "udp recv --group 239.1.2.3 --interface lo 0",
            "udp connect 127.0.0.1:9", "udp send --wait 60s PLACE hello", "broadcast recv 0",
            "broadcast send --to 127.255.255.255 --wait 60s 9 hello",
        ])
    func datagrams(_ command: String) throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let words = command.replacing("PLACE", with: peer.endpoint).split(separator: " ")
            let program = try scene.run(.sockctl, words.map(String.init), stdin: .pipe)
            try expectClosedOnExec(program, atLeast: 3)
        }
    }

    @Test("a question asked of the system while the answer to the one before waits to be read")
    func resolve() throws {
        try Need.file("/etc/hosts").require()
        try scene { scene in
            let program = try scene.sockctl("resolve", "getaddrinfo", "-", stdin: .pipe)
            try program.write("localhost\n")
            #expect(program.output.wait { data, _ in data.contains(10) }, "\(scene)")
            try expectClosedOnExec(program, atLeast: 2)
        }
    }

    @Test("sockets that are looked at", arguments: ["--new tcp", "--pid $PID", "--listening"])
    func info(_ target: String) throws {
        try scene { scene in
            // Its output finds no room, so that it is seen with what it holds until then.
            let pipe = try makePipe()
            defer { close(pipe.read) }
            _ = fcntl(pipe.write, F_SETFL, O_NONBLOCK)
            _ = try fill(pipe.write)
            _ = fcntl(pipe.write, F_SETFL, 0)
            // For `--pid`: this process has one at least.
            let ours = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(ours) }
            let words = target.replacing("$PID", with: "\(getpid())").split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, ["info"] + words, stdout: .descriptor(pipe.write))
            close(pipe.write)
            try poll(for: "it waits for room") {
                let place = try String(contentsOfFile: "/proc/\(program.pid)/wchan", encoding: .utf8)
                return place.contains("pipe") || place.contains("poll")
            }
            try expectClosedOnExec(program, atLeast: 0)
        }
    }
}
