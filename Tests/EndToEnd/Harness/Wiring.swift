// What a child's stdin, stdout and stderr can be, and how each is made: our end of it, and the end that only the
// child needs.

import Foundation
import Glibc

enum Input {
    /// A pipe that the test writes to with `write` and ends with `closeInput`.
    case pipe
    /// A pipe that is fed these bytes and then closed.
    case bytes(Data)
    case file(String)
    case descriptor(Int32)
    case terminal(Terminal)
    case null, closed
}

enum Output {
    /// A pipe, read as it fills.
    case collected
    /// A pipe, read as it fills; only the number of bytes is kept.
    case counted
    /// A pipe that nobody reads until `release`.
    case held
    case file(String)
    case descriptor(Int32)
    case terminal(Terminal)
    case null, closed
}

/// What a piped descriptor of the child is: some programs (inetd, node) give their children sockets.
enum Channel {
    case pipe, socket

    func make() throws -> (read: Int32, write: Int32) {
        if self == .pipe { return try makePipe() }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw Unexpected.call("socketpair")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}

typealias Wire = (child: ChildDescriptor, ours: Int32)

func wire(input: Input, _ channel: Channel, closing theirs: inout [Int32]) throws -> Wire {
    func theirsOnly(_ descriptor: Int32) -> Wire {
        theirs.append(descriptor)
        return (.inherited(descriptor), -1)
    }
    switch input {
    case .pipe, .bytes:
        let ends = try channel.make()
        _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)  // the write end only: the child's is another description
        theirs.append(ends.read)
        return (.inherited(ends.read), ends.write)
    case .file(let path): return theirsOnly(try openFile(path, O_RDONLY))
    case .null: return theirsOnly(try openFile("/dev/null", O_RDONLY))
    case .descriptor(let descriptor): return (.inherited(descriptor), -1)
    case .terminal(let terminal): return (terminal.childDescriptor, -1)
    case .closed: return (.closed, -1)
    }
}

func wire(output: Output, _ channel: Channel, closing theirs: inout [Int32]) throws -> Wire {
    func theirsOnly(_ descriptor: Int32) -> Wire {
        theirs.append(descriptor)
        return (.inherited(descriptor), -1)
    }
    switch output {
    case .collected, .counted, .held:
        let ends = try channel.make()
        theirs.append(ends.write)
        return (.inherited(ends.write), ends.read)
    case .file(let path): return theirsOnly(try openFile(path, O_WRONLY | O_CREAT | O_TRUNC))
    case .null: return theirsOnly(try openFile("/dev/null", O_WRONLY))
    case .descriptor(let descriptor): return (.inherited(descriptor), -1)
    case .terminal(let terminal): return (terminal.childDescriptor, -1)
    case .closed: return (.closed, -1)
    }
}

func collector(for output: Output, _ descriptor: Int32) -> Collector {
    switch output {
    case .collected: Collector(descriptor)
    case .counted: Collector(descriptor, keeping: false)
    default: Collector()
    }
}
