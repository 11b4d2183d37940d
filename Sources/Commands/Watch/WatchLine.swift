// A line of text for each thing that `info --watch` tells where it is not read on a terminal.

import Sockets

enum WatchLine {
    /// Names are chosen by others: one that would begin a line, or move a cursor, is written in visible form everywhere.
    /// `opened  tcp  127.0.0.1:40000  127.0.0.1:80  curl[7]  ESTAB`
    static func text(
        _ event: String, _ role: TextStyle.Role, _ socket: WatchedSocket, _ parts: [String],
        _ style: TextStyle
    ) -> String {
        let description = socket.description
        let padding = String(repeating: " ", count: max(1, 9 - event.utf8.count))
        let peer = description.peerText ?? description.foreign?.peer?.description ?? "*"
        let fields = [
            description.kind.shortName,
            description.localText ?? description.foreign?.local.description ?? "-", peer,
            socket.holder.text,
        ]
        return Timestamp.now.description + "  " + style.paint(event, role) + padding
            + TerminalEscaper.line((fields + parts.filter { !$0.isEmpty }).joined(separator: "  ")) + "\n"
    }

    /// What TCP knows of the way.
    static func path(_ info: TCPInfo?) -> [String] {
        var parts: [String] = []
        if let rtt = info?.roundTripTime, rtt > .zero { parts.append("rtt \(Statistics.text(rtt))") }
        if let count = info?.totalRetransmissions, count > 0 {
            parts.append("\(count) \(count == 1 ? "retransmission" : "retransmissions")")
        }
        return parts
    }
}
