// The passphrase of an encrypted key, asked for on the terminal and nowhere else: not an argument, which every user can see,
// nor the environment.

import Glibc
import Sockets

enum Passphrase {
    /// Asks; nil where there is no terminal.
    static var asker: (@Sendable (String) -> [UInt8]?)? {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        Glibc.close(descriptor)
        return { ask(for: $0) }
    }

    private static func ask(for file: String) -> [UInt8]? {
        guard let terminal = try? OwnedDescriptor.open(path: Array("/dev/tty".utf8), writing: false) else {
            return nil
        }
        let number = terminal.borrowed.number
        var before = termios()
        guard unsafe tcgetattr(number, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        writeDiagnostic("passphrase of \(file): ")
        unsafe tcsetattr(number, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(number, TCSAFLUSH, &before)
            writeDiagnostic("\n")
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 1024, unsafe Glibc.read(number, &byte, 1) == 1, byte != 0x0a { line.append(byte) }
        return line
    }
}
