// A crowd of peers that speak and read nothing, and later read all: what is held for them is bounded, and none of it is lost.

import Foundation
import Glibc

extension PromiseRow {
    static let crowds: [PromiseRow] = [
        crowd("plain", [], isSecure: false, needs: nil),
        crowd("over TLS", ["--tls", "--self-signed"], isSecure: true, needs: .openssl),
    ]

    private static func crowd(_ name: String, _ options: [String], isSecure: Bool, needs: Tool?) -> PromiseRow
    {
        PromiseRow(
            "3 nothing a peer does/--echo, \(name): 60 peers read nothing, then all that they said",
            needs: needs
        ) {
            scene, patience in
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0", "--echo", "-o", "SO_SNDBUF=65536"] + options)
            let place = try program.listening()
            let before = try program.memory()
            let said = Payload.bytes(1 << 20)
            let peers = try (0..<60).map { _ in
                let peer = try Peer(connectingTo: place, receiveBuffer: 1 << 16)
                if isSecure {
                    try demand(try peer.secure(as: .client, within: patience), "no handshake")
                }
                return Talker(peer)
            }
            // As much as goes.
            var isQuiet = false
            while !isQuiet {
                try program.waitUntilIdle(within: patience)
                isQuiet = try peers.map { try $0.say(said) }.allSatisfy { $0 == 0 }
            }
            try program.demandGrown(atMost: 32 << 20 + peers.count << 16, since: before)
            for (number, peer) in peers.enumerated() {
                let got = try peer.peer.receive(peer.count, within: patience)
                if let difference = difference(got, from: said.prefix(peer.count)) {
                    throw Breach(description: "to peer \(number): \(difference)")
                }
            }
        }
    }

    private final class Talker {
        let peer: Peer
        private(set) var count = 0

        init(_ peer: Peer) { self.peer = peer }

        /// Goes on saying it, as far as that goes at once.
        /// - Returns: how many bytes were taken.
        func say(_ data: Data) throws -> Int {
            let before = count
            while count < data.count {
                switch data[count...].withUnsafeBytes({ peer.carrier.write($0) }) {
                case .moved(let moved): count += moved
                case .notNow: return count - before
                case .failed(let number): throw Unexpected.call("write", number)
                }
            }
            return count - before
        }
    }
}
