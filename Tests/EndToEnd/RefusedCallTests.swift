// What an older kernel does not have, and what a sandbox withholds: every call for which there is something else
// is refused once with each error that stands for it, and the command does what it does otherwise, or says what
// it lacks.

import Foundation
import Glibc
import Testing

@Suite("Calls that are refused")
struct RefusedCallTests {
    /// An older kernel, a seccomp filter, a security module, a file system.
    private static let errors = [ENOSYS, EPERM, EACCES, EINVAL, EOPNOTSUPP]

    @Test("splice and sendfile: the bytes are copied", arguments: errors, ["file", "pipe"])
    func moving(_ error: Int32, _ way: String) throws {
        try scene { scene in
            let refusals = [Refusal(.splice, error), Refusal(.sendfile, error)]
            let bytes = Payload.bytes(3 << 20, seed: 7)
            let file = try scene.file("in", bytes)
            let copy = scene.path("copy")
            let receiver = try scene.sockctl(
                "recv", "127.0.0.1:0", stdout: way == "file" ? .file(copy) : .collected, refusing: refusals)
            let sender = try scene.sockctl(
                "send", "\(try receiver.listening())", stdin: way == "file" ? .file(file) : .bytes(bytes),
                refusing: refusals)
            try scene.expectSuccess(sender)
            try scene.expectSuccess(receiver)
            scene.expect(way == "file" ? try scene.contents("copy") : receiver.output.bytes, is: bytes)
        }
    }

    @Test("recvmmsg: datagrams are taken one by one", arguments: errors)
    func datagrams(_ error: Int32) throws {
        try scene { scene in
            let receiver = try scene.sockctl(
                "udp", "recv", "-j", "-c", "4", "127.0.0.1:0", refusing: [Refusal(.recvmmsg, error)])
            let place = try receiver.output.listeningPlace()
            let sender = try scene.sockctl("udp", "send", "\(place)", "one", "", "three", "four")
            try scene.expectSuccess(sender)
            try scene.expectSuccess(receiver)
            let texts = try receiver.output.events().compactMap {
                $0.payload.map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(texts == ["one", "", "three", "four"], "\(scene)")
        }
    }

    @Test("threads: a name is looked up all the same", arguments: [EAGAIN, EPERM, ENOSYS])
    func threads(_ error: Int32) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "--no-reply", "localhost:\(listener.port)", "x", refusing: Refusal.threads(error))
            let peer = try listener.accept()
            scene.expect(try peer.receiveToEnd(), is: Data("x".utf8))
            try scene.expectSuccess(program)
        }
    }

    @Test("sockets of IPv6: a port is listened on over IPv4", arguments: [EPERM, EACCES, EAFNOSUPPORT])
    func family(_ error: Int32) throws {
        try scene { scene in
            let refusals = [Refusal.sockets(AF_INET6, error)]
            let receiver = try scene.sockctl("recv", "0", refusing: refusals)
            let place = try receiver.listening(.inet(0))
            let port = try #require("\(place)".split(separator: ":").last)
            let sender = try scene.sockctl("send", "\(port)", "x", refusing: refusals)
            try scene.expectSuccess(sender)
            try scene.expectSuccess(receiver)
            let datagrams = try scene.sockctl("udp", "recv", "-c", "1", "0", refusing: refusals)
            let target = try #require("\(try datagrams.listening(.inet(0)))".split(separator: ":").last)
            let datagram = try scene.sockctl("udp", "send", "\(target)", "y", refusing: refusals)
            try scene.expectSuccess(datagram)
            try scene.expectSuccess(datagrams)
            // Asked for alone it is a failure, with the error as it is.
            let alone = try scene.sockctl("recv", "[::1]:0", refusing: refusals)
            try scene.expect(alone, ends: .status(error == EAFNOSUPPORT ? 1 : 9))
            #expect(alone.errors.text.contains("socket [::1]:0"), "\(scene)")
        }
    }

    @Test(
        "netlink: sockets are listed from /proc/net",
        arguments: [EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT])
    func netlink(_ error: Int32) throws {
        try scene { scene in
            let listener = try Listener()
            let unix = try Listener(.unix(scene.path("a socket")))
            let names = ["info", "-j", "--tcp", "--unix", "--listening"]
            let list = try scene.run(.sockctl, names, refusing: [.sockets(AF_NETLINK, error)])
            try scene.expectSuccess(list)
            let whole = try scene.run(.sockctl, names)
            try scene.expectSuccess(whole)
            let sockets = try list.output.events()
            for (place, key) in [(listener.place, "local.port"), (unix.place, "local.path")] {
                func find(_ events: [Event]) throws -> Event {
                    try #require(
                        events.first { event in
                            switch place {
                            case .unix(let path): event["local.path"] == path
                            default: event["local.port"] == Int(listener.port)
                            }
                        }, "\(key)\n\(scene)")
                }
                let (found, known) = (try find(sockets), try find(try whole.output.events()))
                for field in ["state", "inode", "family", "type", "listening"] {
                    let (value, other) = ("\(found[field] as Any?)", "\(known[field] as Any?)")
                    #expect(value == other && found.has(field), "\(field): \(found) \(known)")
                }
                #expect(found.line.contains(#""pid":\#(getpid())"#), "\(found)")
                #expect(!found.line.contains("cookie") && !found.line.contains("backlog"), "\(found)")
            }
            let verbose = try scene.run(
                .sockctl, ["info", "-v", "--tcp"], refusing: [.sockets(AF_NETLINK, error)])
            try scene.expectSuccess(verbose)
            #expect(verbose.errors.text.contains("tcp sockets are shown without details"), "\(scene)")
        }
    }

    @Test(
        "pidfd_open and pidfd_getfd: a socket is shown as the kernel lists it",
        arguments: [Refusal.Call.pidfdOpen, .pidfdGetfd], [ENOSYS, EPERM, EACCES])
    func taking(_ call: Refusal.Call, _ error: Int32) throws {
        try scene { scene in
            let server = try scene.sockctl("recv", "127.0.0.1:0")
            let place = try server.listening()
            let refusals = [Refusal(call, error)]
            let pid = ["--pid", "\(server.pid)"]
            let shown = try scene.run(.sockctl, ["info", "-j"] + pid, refusing: refusals)
            try scene.expectSuccess(shown)
            let socket = try Event(try #require(shown.output.lines.first))
            #expect("127.0.0.1:\(socket["local.port"] ?? 0)" == "\(place)", "\(scene)")
            #expect(socket["state"] == "LISTEN" && socket.has("backlog"), "\(scene)")
            let reason: String = try #require(socket["limitation"])
            #expect(!reason.contains("namespace") && !reason.contains("CAP_SYS_PTRACE"), "\(reason)")
            let name = try scene.run(.sockctl, ["info", "getsockname"] + pid, refusing: refusals)
            try scene.expectSuccess(name)
            #expect(name.output.text == "\(place)\n", "\(scene)")
            // What only the descriptor can tell is refused, and the reason is said.
            let option = try scene.run(.sockctl, ["info", "getsockopt", "SO_TYPE"] + pid, refusing: refusals)
            try scene.expect(option, ends: .status(error == ENOSYS ? 1 : 9))
            #expect(
                option.errors.text.contains("sandbox") || option.errors.text.contains("seccomp"), "\(scene)")
            let nobody = try scene.run(.sockctl, ["info", "--pid", "4194303"], refusing: refusals)
            try scene.expect(nobody, ends: .status(1))
            #expect(nobody.errors.text.contains("no process 4194303"), "\(scene)")
        }
    }
}
