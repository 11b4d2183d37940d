// A pseudo-terminal that passes bytes as they are, so that a test sees exactly what a terminal would get.

import Foundation
import Glibc

final class Terminal: Sendable {
    /// The side of the person at the terminal.
    let master: Int32
    /// The side of the program. It stays open here, so that its flags can still be asked for at the end.
    let slave: Int32
    let name: String
    private let controlling: Bool

    /// With `controlling` it becomes the controlling terminal of the program, and Ctrl-C its signal; with `echo`
    /// it shows what is typed.
    init(controlling: Bool = false, echo: Bool = false) throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        var path = [CChar](repeating: 0, count: 256)
        guard openpty(&ends.master, &ends.slave, &path, nil, nil) == 0 else {
            throw Unexpected.call("openpty")
        }
        master = ends.master
        slave = ends.slave
        name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.controlling = controlling
        for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        var attributes = termios()
        tcgetattr(slave, &attributes)
        attributes.c_oflag &= ~tcflag_t(OPOST)
        if !echo { attributes.c_lflag &= ~tcflag_t(ECHO) }
        tcsetattr(slave, TCSANOW, &attributes)
    }

    deinit {
        close(master)
        close(slave)
    }

    var childDescriptor: ChildDescriptor { controlling ? .controllingTerminal(name) : .inherited(slave) }

    /// The modes, as `stty -g` would show them.
    var settings: [UInt32] {
        var attributes = termios()
        tcgetattr(slave, &attributes)
        return [attributes.c_iflag, attributes.c_oflag, attributes.c_cflag, attributes.c_lflag]
    }

    func type(_ text: String) throws {
        let count = text.utf8.withContiguousStorageIfAvailable { write(master, $0.baseAddress, $0.count) }
        guard count == text.utf8.count else { throw Unexpected.call("write to a terminal") }
    }

    /// What the terminal shows, until `satisfied` says it is enough.
    func read(until satisfied: (Data) -> Bool) throws -> Data {
        var shown = Data()
        while !satisfied(shown) {
            guard try waitReady(master, POLLIN, Deadline()) else {
                throw Unexpected("the terminal shows no more than: \(printable(shown))")
            }
            shown += try readExactly(1, from: master)
        }
        return shown
    }
}
