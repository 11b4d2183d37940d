// Proxies that begin to say who connects, and never end.

import Foundation
import Glibc

extension PromiseRow {
    static let proxies: [PromiseRow] = [
        PromiseRow("3 nothing a peer does/200 PROXY headers that are never whole") { scene, patience in
            let program = try scene.server(
                "--echo", "--accept-proxy", "127.0.0.0/8", "--setup-timeout", "2s")
            let place = try program.listening()
            let (before, open) = (try program.memory(), try program.openDescriptors())
            // 4,096 bytes of TLVs are announced, the most there may be, and all but the last one come.
            let start = Data("\r\n\r\n\0\r\nQUIT\n".utf8) + Data([0x21, 0x11, 0x10, 0x0c])
            let peers = try (0..<200).map { _ in
                let peer = try Peer(connectingTo: place)
                try peer.send(start + Data(count: 0x100b))
                return peer
            }
            let other = try Peer(connectingTo: place)
            try other.send("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello")
            let echo = try other.receive(5, within: patience)
            try demand(echo == Data("hello".utf8), "\(echo.count) bytes came back")
            try program.demandGrown(atMost: 13 << 20, since: before)
            for peer in peers {
                let end = try peer.waitForEnd()
                try demand(end == ECONNRESET, "a peer ended with \(end)")
            }
            other.close()
            try poll(for: "gone", within: patience) { try program.openDescriptors() == open }
        }
    ]
}
