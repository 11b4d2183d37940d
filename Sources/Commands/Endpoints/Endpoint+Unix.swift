// `unix:PATH` and `unix:@NAME`: Unix sockets by path, or in the abstract namespace; `unix-seqpacket:` the same for those
// that keep boundaries.

import Sockets

extension Endpoint {
    static func unix(_ name: [UInt8], of text: String) throws(Failure) -> Endpoint {
        .unix(try UnixName(written: name, of: text))
    }

    static func seqpacket(_ name: [UInt8], of text: String) throws(Failure) -> Endpoint {
        .seqpacket(try UnixName(written: name, of: text))
    }

    /// The type of the sockets that connections are made with.
    var connectionType: SocketType { if case .seqpacket = transport { .seqpacket } else { .stream } }

    /// The name of a Unix socket; nil where it is none.
    var unixName: UnixName? {
        switch transport {
        case .unix(let name), .seqpacket(let name): name
        case .port, .everyInterface, .host, .vsock, .inherited, .tls: nil
        }
    }
}

extension UnixName {
    /// - Parameters:
    ///   - name: what follows the scheme.
    ///   - text: the whole word, for a message.
    init(written name: [UInt8], of text: String) throws(Failure) {
        guard let first = name.first else {
            let scheme = text.prefix { $0 != ":" }
            throw .endpoint(text, "no socket is named: write \(scheme):PATH or \(scheme):@NAME")
        }
        // sun_path has 108 bytes: a path is followed by a NUL, an abstract name begins with one.
        guard name.count <= (first == UInt8(ascii: "@") ? 108 : 107) else {
            throw .endpoint(text, "too long: the name of a Unix socket has at most 107 bytes")
        }
        self = first == UInt8(ascii: "@") ? .abstract(Array(name.dropFirst())) : .path(name)
    }
}
