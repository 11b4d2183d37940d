// vsock:CID:PORT, as far as a kernel has it: few have a way from a machine to itself. Tests/Kernels/run has data on it.

import Foundation
import Glibc
import Testing

@Suite("vsock")
struct VsockTests {
    private func need() throws {
        let trial = socket(AF_VSOCK, Int32(SOCK_STREAM.rawValue), 0)
        guard trial >= 0 else {
            return try Need.kernel("vsock: \(String(cString: strerror(errno)))").require()
        }
        close(trial)
    }

    @Test("it listens, and its address is told")
    func listens() throws {
        try need()
        try scene { scene in
            let program = try scene.sockctl("listen", "-j", "vsock:any:0")
            try poll(for: "listening") { try program.output.events().contains { $0.name == "listening" } }
            let event = try program.output.event("listening")
            #expect(event["address.family"] == "vsock", "\(event)")
            let port: Int = event["address.port"] ?? 0
            #expect(port > 0, "\(event)")
            let list = try scene.sockctl("info", "--pid", "\(program.pid)", "-j")
            try scene.expectSuccess(list)
            #expect(list.output.text.contains("\"family\":\"vsock\",\"port\":\(port)"), "\(scene)")
        }
    }

    @Test("what is not there is said, with its address")
    func absent() throws {
        try need()
        try scene { scene in
            let rows: [([String], Int32, String)] = [
                (["connect", "vsock:any:1"], 2, "any machine, which is for listening"),
                (["udp", "send", "vsock:2:1", "x"], 2, "datagrams over vsock"),
                (["connect", "--via", "socks5://localhost:1", "vsock:2:1"], 2, "no proxy leads there"),
                (["connect", "vsock:2"], 2, "write vsock:CID:PORT"),
                (["send", "-p", "80", "vsock:2:1", "x"], 2, "no connection to vsock:2:1 comes from port 80"),
                (["listen", "--deny", "10.0.0.0/8", "vsock:any:0"], 2, "has no address to be in a network"),
                (["send", "-4", "vsock:2:1", "x"], 2, "option -4: it is for addresses of the Internet"),
                (["listen", "-6", "vsock:any:0"], 2, "addresses of the Internet, and vsock:"),
                (["listen", "vsock:4711:1"], 8, "vsock:any:PORT listens at each"),
            ]
            for (words, status, message) in rows {
                let program = try scene.run(.sockctl, words)
                #expect(try program.exit() == .status(status), "\(program)")
                #expect(program.errors.text.contains(message), "\(program)")
            }
            let program = try scene.sockctl("connect", "-w", "300ms", "vsock:4711:1")
            #expect(try program.exit() != .status(0))
            #expect(program.errors.text.contains("connect vsock:4711:1: "), "\(program)")
            #expect(!program.errors.text.contains("firewall"), "\(program)")
        }
    }
}
