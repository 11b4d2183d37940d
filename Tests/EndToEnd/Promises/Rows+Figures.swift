// Figures that a way of its own is needed for: what the time of a transfer ends with, and how often it was woken.

import Foundation
import Glibc

extension PromiseRow {
    static let figures: [PromiseRow] = [
        PromiseRow(
            "6 figures/listen -k: sending ends with the last acknowledgement, and the input is not blamed for later"
        ) {
            scene, patience in
            let program = try scene.server("--json")
            let place = try program.output.listeningPlace()
            let peer = try Peer(connectingTo: place)
            try peer.send("here\n")
            try demand(
                program.output.wait(within: patience) { data, _ in data.contains(Data("here".utf8)) },
                "not there")
            let payload = Lines.bytes(2_000_000)
            let writing = Background { try program.write(payload) }
            // What takes less than a tenth of a second is held up by nobody.
            usleep(200_000)
            _ = try peer.receive(payload.count, within: patience)
            try writing.value()
            usleep(1_500_000)
            program.closeInput()
            _ = try peer.receive(.max, within: patience)
            peer.close()
            let closed = try program.output.event("closed")
            let (sent, whole): (Int, Int) = (closed["sent.duration_us"] ?? -1, closed["duration_us"] ?? 0)
            try demand(whole > 1_500_000, "\(closed)")
            try demand(sent > 0 && sent < whole - 1_200_000, "sent.duration_us is \(sent) of \(whole)")
            let cause: String = closed["sent.limited_by"] ?? "nobody"
            try demand(cause != "input", "the input is blamed: \(closed)")
        },
        moderation("listen", []),
        moderation("listen -k", ["-k"]),
    ]

    /// A receiver raises SO_RCVLOWAT while much comes.
    private static func moderation(_ name: String, _ options: [String]) -> PromiseRow {
        PromiseRow("6 figures/\(name): receiving is moderated while much comes") { scene, patience in
            let program = try scene.run(
                .sockctl, ["listen", "127.0.0.1:0"] + options, stdin: .pipe, stdout: .null)
            let place = try program.listening()
            let descriptors = try sockets(of: program)
            let peer = try Peer(connectingTo: place)
            let pouring = Background { while true { try peer.sendZeros(1 << 20) } }
            defer { withExtendedLifetime(pouring) {} }
            var new: Set<Int> = []
            try poll(for: "the connection", within: patience) {
                new = try sockets(of: program).subtracting(descriptors)
                return !new.isEmpty
            }
            // Nobody knows when it is raised: often looked at, it is seen.
            var seen: Set<String> = []
            for _ in 0..<40 {
                let info = try scene.run(
                    .sockctl,
                    ["info", "getsockopt", "SO_RCVLOWAT", "--pid", "\(program.pid)", "--fd", "\(new.first!)"])
                _ = try info.exit(within: patience)
                seen.insert(info.output.text.trimmingCharacters(in: .whitespacesAndNewlines))
                if seen.contains(where: { Int($0).map { $0 > 1 } ?? false }) { break }
            }
            peer.close()
            try demand(seen.contains { (Int($0) ?? 0) > 1 }, "SO_RCVLOWAT was \(seen.sorted())")
        }
    }

    private static func sockets(of program: Program) throws -> Set<Int> {
        let folder = "/proc/\(program.pid)/fd"
        return Set(
            try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
                return target?.hasPrefix("socket:") == true ? Int(name) : nil
            })
    }
}
