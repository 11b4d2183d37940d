// `listen --activate`: listens, and becomes a program when the first connection comes, which that program accepts:
// sd_listen_fds(3).

import CommandSpec
import Sockets

final class Activation: RunTask {
    private let context: Context
    private let command: ServedCommand
    private let listeners: ListeningSockets
    private var patience: Timer?

    init(_ context: Context, _ command: ServedCommand, backlog: Int?) {
        self.context = context
        self.command = command
        listeners = ListeningSockets(context, backlog: backlog)
    }

    func start(at endpoint: Endpoint) {
        let limit = context.settings.timeout.map { TimeLimit($0) }
        listeners.open(at: endpoint, within: limit) { [self] result in
            do throws(Failure) {
                guard try result.get() == nil else {
                    throw Failure(
                        "listen", endpoint.text, words: "it is a connection already", status: .failure)
                }
                wait(within: limit)
            } catch {
                end(error)
            }
        }
    }

    func interrupt(_ interruption: Interruption) { end(interruption.failure) }

    private func wait(within limit: TimeLimit?) {
        for socket in listeners.sockets {
            socket.channel.onReadable = { [unowned self] in become() }
            socket.channel.wantsRead = true
        }
        listeners.tell()
        guard let limit else { return }
        patience = context.loop.after(limit.remaining()) { [unowned self] in
            let words = "no peer has connected within \(Statistics.text(limit.duration))"
            end(Failure("accept", words: words, status: .timedOut))
        }
    }

    private func end(_ failure: Failure?) {
        patience?.cancel()
        listeners.close()
        context.finish(failure)
        context.run.end(self)
    }

    /// There is a connection.
    private func become() {
        for socket in listeners.sockets { socket.channel.wantsRead = false }
        context.reporter.note("starting \(command.name)")
        context.run.drain { [self] in
            StandardError.finish()
            let error = command.command.replaceProcess(
                passing: listeners.sockets.map(\.channel.descriptor), as: Options.activatedName)
            end(Failure("exec", command.name, error, status: .failure))
        }
    }
}
