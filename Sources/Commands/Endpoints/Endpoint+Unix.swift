// `unix:PATH` and `unix:@NAME`: Unix sockets by path, or in the abstract namespace.

import Sockets

extension Endpoint {
    static func unix(_ name: [UInt8], of text: String) throws(Failure) -> Endpoint {
        guard let first = name.first else {
            throw .endpoint(text, "no socket is named: write unix:PATH or unix:@NAME")
        }
        // sun_path has 108 bytes: a path is followed by a NUL, an abstract name begins with one.
        guard name.count <= (first == UInt8(ascii: "@") ? 108 : 107) else {
            throw .endpoint(text, "too long: the name of a Unix socket has at most 107 bytes")
        }
        return .unix(first == UInt8(ascii: "@") ? .abstract(Array(name.dropFirst())) : .path(name))
    }
}
