// What any way does with a peer when nothing is wrong: the peer says something, gets what is due to it, and what it
// said goes where the way has it.

import Foundation

extension Stage {
    /// What a peer that says this is due, and what comes out in messages.
    func due(to said: Data) -> Data {
        switch way.source {
        case .nothing, .others: Data()
        case .stdin, .file: payload
        case .echo: said
        case .reply:
            if format.isFramed || transport.keepsBoundaries {
                Data((0..<Lines.count(said)).map { _ in format.isFramed ? reply + [10] : reply }.joined())
            } else {
                reply
            }
        }
    }

    /// Says it and takes what is due. `hearer` is there before, where others hear it. With a pause both sides take
    /// at least that long: it says half of it, and nothing is taken, before the pause.
    func converse(
        _ peer: Peer, saying said: Data, hearer: Peer? = nil, pause: useconds_t = 0
    ) throws {
        // Nobody has come after it.
        let number = met
        let talking = Background {
            guard pause > 0 else { return try peer.send(said) }
            try peer.send(said.prefix(said.count / 2))
            usleep(pause)
            try peer.send(said.dropFirst(said.count / 2))
        }
        let due = due(to: said)
        var writing: Background<Void>?
        if way.source == .stdin {
            // It is known to be there by what it said, where that is shown: stdin waits for somebody.
            if way.keepsOpen { try demandOut(said, hearer, number) }
            writing = Background { [program, payload] in try program!.write(payload) }
        }
        if pause > 0 { usleep(pause) }
        try demandSame(try peer.receive(due.count, within: patience), due, "at the peer")
        try demandOut(said, hearer, number)
        try talking.value()
        try writing?.value()
    }

    /// What a peer said is where it has to be.
    private func demandOut(_ said: Data, _ hearer: Peer?, _ number: Int) throws {
        if showsPayload { try demandShown(said, of: format.isJSON ? number : nil) }
        if way.destination == .others, let hearer {
            try demandSame(try hearer.receive(said.count, within: patience), said, "at another peer")
        }
    }

    /// Whether what peers send is seen on stdout, as it is or in events.
    var showsPayload: Bool { way.showsPayload(in: format) }

    /// What ends a session in which the peer has ended its side.
    func endInput() { if way.source == .stdin { program.closeInput() } }
}

extension Way {
    func showsPayload(in format: Format) -> Bool {
        destination == .stdout || (format.isJSON && destination != .nowhere)
    }
}
