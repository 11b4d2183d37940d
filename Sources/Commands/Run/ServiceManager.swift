// sd_notify(3): tells the service manager that started this process that it is ready.

import Sockets

extension Context {
    /// `READY=1` to `NOTIFY_SOCKET`, a datagram socket; nothing where there is none, and a note where it cannot be told.
    func tellReady() {
        guard let name = Environment.notifySocket else { return }
        do throws(Errno) {
            let socket = try Socket(.unix, .datagram)
            _ = try socket.connect(to: .unix(name))
            _ = try socket.send(unsafe Array("READY=1".utf8).span.bytes, flags: .dontWait)
        } catch {
            reporter.note("NOTIFY_SOCKET could not be told: \(error.message) (\(error.name))")
        }
    }
}
