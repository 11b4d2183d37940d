// `info --watch` where nobody looks at a terminal: an object of JSON, or a line of text, for each thing that happens.

import Sockets

final class WatchStream: WatchReader {
    private let context: Context
    private let grouping: WatchGrouping?

    init(_ context: Context, by grouping: WatchGrouping?) {
        self.context = context
        self.grouping = grouping == .connection ? nil : grouping
    }

    var isFull: Bool { context.output.isFull }

    func opened(_ socket: WatchedSocket) {
        if grouping == nil { context.reporter.show(SocketOpened(socket: socket)) }
    }

    func changed(_ socket: WatchedSocket, from state: TCPState?) {
        if grouping == nil { context.reporter.show(SocketChanged(socket: socket, before: state)) }
    }

    func sampled(_ socket: WatchedSocket) {
        if grouping == nil { context.reporter.show(SocketSample(socket: socket)) }
    }

    func closed(_ socket: ClosedSocket) {
        if grouping == nil { context.reporter.show(Closed(watched: socket)) }
    }

    func missed(_ count: Int) { context.reporter.show(ClosingsMissed(count: count)) }

    func roundEnded(_ watch: SocketWatch) {
        guard let grouping else { return }
        for group in WatchGroup.of(watch.shown, by: grouping, listening: watch.listeningPorts) {
            context.reporter.show(SocketSums(group: group))
        }
    }
}
