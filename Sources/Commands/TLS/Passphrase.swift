// The passphrase of an encrypted key, asked for on the terminal and nowhere else: not an argument, which every user can see,
// nor the environment.

import Glibc
import Sockets

enum Passphrase {
    /// Asks for the passphrase of a file; nil where there is no terminal.
    static var asker: (@Sendable (String) -> [UInt8]?)? {
        guard open(writing: false) != nil else { return nil }
        return { ask(for: $0) }
    }

    private static func open(writing: Bool) -> OwnedDescriptor? {
        try? OwnedDescriptor.open(path: Array("/dev/tty".utf8), writing: writing)
    }

    /// Letter by letter, because Ctrl-C is one of them here: signals wait for the loop, which has not begun.
    private static func ask(for file: String) -> [UInt8]? {
        guard let input = open(writing: false), let output = open(writing: true) else { return nil }
        let number = input.borrowed.number
        var before = termios()
        guard unsafe tcgetattr(number, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        unsafe tcsetattr(number, TCSAFLUSH, &silent)
        say("passphrase of \(TerminalEscaper.joined(file)): ", on: output)
        defer {
            unsafe tcsetattr(number, TCSAFLUSH, &before)
            say("\n", on: output)
        }
        var line: [UInt8] = []
        var letter: UInt8 = 0
        while line.count < 1024, unsafe Glibc.read(number, &letter, 1) == 1 {
            switch letter {
            case 0x0a, 0x0d: return line
            case 0x03, 0x04, 0x1c: return nil
            case 0x08, 0x7f: _ = line.popLast()
            case 0x15: line = []
            default: line.append(letter)
            }
        }
        return nil
    }

    private static func say(_ text: String, on terminal: borrowing OwnedDescriptor) {
        let bytes = Array(text.utf8)
        _ = unsafe try? terminal.borrowed.write(bytes.span.bytes)
    }
}
