// A thousand peers at once, each getting back its own bytes; the same with room for a few descriptors only,
// where they are served in turn and the listener neither ends nor spins.

import Foundation
import Glibc
import Testing

@Suite("A crowd of peers", .serialized)
struct CrowdTests {
    private let size = 1000

    /// This process needs a descriptor for each peer, and the listener, which inherits the limit, too.
    init() throws {
        try Need.descriptors(2500).require()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, 2500)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    @Test("1,000 at the same time")
    func thousand() throws {
        try scene { scene in
            let server = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1", "0")
            let place = try server.listening()
            let before = try server.openDescriptors()
            let crowd = try Crowd(size, at: place)
            // Not before every single one has its answer does the first of them leave.
            try crowd.exchange(leaving: .together)
            #expect(crowd.failures.isEmpty, "\(crowd.failures.prefix(5))\n\(scene)")
            try poll(for: "every descriptor is closed again") { try server.openDescriptors() <= before }
            #expect(server.isRunning, "\(scene)")
        }
    }

    @Test("1,000 in turn, with 64 descriptors")
    func inTurn() throws {
        try scene { scene in
            let server = try scene.shell(
                #"ulimit -n 64; exec "$SOCKCTL" listen -k --echo 127.0.0.1 0"#)
            let crowd = try Crowd(size, at: try server.listening())
            try crowd.exchange(leaving: .each)
            #expect(crowd.failures.isEmpty, "\(crowd.failures.prefix(5))\n\(scene)")
            #expect(server.isRunning, "\(scene)")
        }
    }

    @Test("out of descriptors it waits, without spinning, until one is free")
    func exhausted() throws {
        try scene { scene in
            let server = try scene.shell(
                #"ulimit -n 64; exec "$SOCKCTL" listen -k --echo 127.0.0.1 0"#)
            let place = try server.listening()
            var peers: [Peer] = []
            for _ in 0..<100 { peers.append(try Peer(connectingTo: place)) }
            try peers[0].send("first")
            #expect(try peers[0].receiveText(5) == "first")

            #expect(try server.processorShare(during: 1) < 0.2, "\(scene)")

            for (number, peer) in peers.enumerated() {
                let word = "peer \(number)"
                try peer.send(word)
                #expect(try peer.receiveText(word.utf8.count) == word)
                peer.close()
            }
            #expect(server.isRunning, "\(scene)")
        }
    }
}

/// Many connections, driven by one loop: each sends its own bytes and compares what comes back.
private final class Crowd {
    enum Leaving { case each, together }

    private struct Member {
        let socket: Int32
        let message: Data
        var sent = 0
        var received = Data()
        var isDone = false
    }

    private var members: [Member] = []
    private(set) var failures: [String] = []

    init(_ size: Int, at place: Place) throws {
        for number in 0..<size {
            let socket = Glibc.socket(place.family, Int32(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { throw Unexpected.call("socket \(number)") }
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            members.append(Member(socket: socket, message: Payload.bytes(3000, seed: UInt64(number) + 1)))
            guard place.withAddress({ connect(socket, $0, $1) }) == 0 else {
                throw Unexpected.call("connect \(number)")
            }
            _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        }
    }

    deinit { members.forEach { close($0.socket) } }

    /// Sends everything and waits for the answers. Then each half-closes and waits for the end, one by one as it
    /// has its answer, or all when all have theirs.
    func exchange(leaving: Leaving) throws {
        try drive {
            $0.received.count >= $0.message.count
        } each: {
            if leaving == .each { shutdown($0.socket, Int32(SHUT_WR)) }
        }
        if leaving == .together {
            for member in members { shutdown(member.socket, Int32(SHUT_WR)) }
        }
    }

    private func drive(
        until isServed: (Member) -> Bool, each leave: (Member) -> Void
    ) throws {
        let deadline = Deadline(in: 2 * patience)
        var left = Set(members.indices)
        while !left.isEmpty {
            let order = Array(left)
            var entries = order.map { index -> pollfd in
                let member = members[index]
                let events = member.sent < member.message.count ? POLLIN | POLLOUT : POLLIN
                return pollfd(fd: member.socket, events: Int16(events), revents: 0)
            }
            guard Glibc.poll(&entries, nfds_t(entries.count), deadline.milliseconds) > 0 else {
                throw Unexpected("\(left.count) of \(members.count) peers are still without an answer")
            }
            for (index, entry) in zip(order, entries) where entry.revents != 0 {
                step(index)
                if isServed(members[index]) || members[index].isDone {
                    leave(members[index])
                    judge(index)
                    left.remove(index)
                }
            }
        }
    }

    private func step(_ index: Int) {
        if members[index].sent < members[index].message.count {
            let count = members[index].message.dropFirst(members[index].sent).withUnsafeBytes {
                send(members[index].socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { members[index].sent += count }
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(members[index].socket, &bytes, bytes.count, 0)
        if count > 0 {
            members[index].received += bytes[..<count]
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            members[index].isDone = true
        }
    }

    private func judge(_ index: Int) {
        if let difference = difference(members[index].received, from: members[index].message) {
            failures.append("peer \(index): \(difference)")
        }
        // One that leaves gives its place to the next; the descriptor itself stays until the end.
        members[index].isDone = true
    }
}
