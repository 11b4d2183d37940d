// Who looks at the bytes of a connection as they pass: the hex dump, the recording.

import Sockets

extension Context {
    /// Lets those that asked for it see each byte of a connection that is received or sent.
    func observe(_ socket: Channel, _ connection: ConnectionIdentity) {
        guard hexDump != nil || recorder != nil else { return }
        socket.onReceived = observer(of: connection, .received)
        socket.onSent = observer(of: connection, .sent)
    }

    private func observer(
        of connection: ConnectionIdentity, _ direction: Direction
    ) -> (RawSpan) -> Void {
        var offset = 0
        return { [hexDump, recorder] bytes in
            hexDump?.show(bytes, direction, connection.peer, at: offset)
            recorder?.record(bytes, direction, connection)
            offset += bytes.byteCount
        }
    }
}
